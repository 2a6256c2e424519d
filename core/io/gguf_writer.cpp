#include "core/io/gguf_writer.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf_parts.h"

#include <cstring>

namespace lorashear {

namespace {

constexpr std::uint64_t kAlignment = 32;
constexpr std::size_t kLongestTensorName = 63;

template <typename T>
std::string raw(T value) {
    std::string bytes(sizeof(T), '\0');
    std::memcpy(bytes.data(), &value, sizeof(T));
    return bytes;
}

std::string rawText(std::string_view text) {
    return raw<std::uint64_t>(text.size()) + std::string(text);
}

std::string rawType(GgufType type) {
    return raw(static_cast<std::uint32_t>(type));
}

template <typename T>
std::string rawList(GgufType type, const std::vector<T>& values) {
    std::string bytes = rawType(type) + raw<std::uint64_t>(values.size());
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    return bytes;
}

std::uint64_t padded(std::uint64_t size) {
    return (size + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

void GgufWriter::value(const std::string& key, GgufType type, const std::string& payload) {
    if (!m_used.emplace("key " + key, true).second)
        throw Error(ErrorCode::Internal, key, "is written twice into a GGUF file");
    m_values += rawText(key) + rawType(type) + payload;
    ++m_valueCount;
}

void GgufWriter::integer(const std::string& key, std::uint32_t number) {
    value(key, GgufType::U32, raw(number));
}

void GgufWriter::signedInteger(const std::string& key, std::int32_t number) {
    value(key, GgufType::I32, raw(number));
}

void GgufWriter::shortInteger(const std::string& key, std::uint16_t number) {
    value(key, GgufType::U16, raw(number));
}

void GgufWriter::number(const std::string& key, float number) {
    value(key, GgufType::F32, raw(number));
}

void GgufWriter::flag(const std::string& key, bool on) {
    value(key, GgufType::Bool, raw<std::uint8_t>(on ? 1 : 0));
}

void GgufWriter::text(const std::string& key, std::string_view words) {
    value(key, GgufType::String, rawText(words));
}

void GgufWriter::texts(const std::string& key, const std::vector<std::string>& values) {
    std::string payload = rawType(GgufType::String) + raw<std::uint64_t>(values.size());
    for (const std::string& words : values) payload += rawText(words);
    value(key, GgufType::Array, payload);
}

void GgufWriter::integers(const std::string& key, const std::vector<std::int32_t>& values) {
    value(key, GgufType::Array, rawList(GgufType::I32, values));
}

void GgufWriter::numbers(const std::string& key, const std::vector<float>& values) {
    value(key, GgufType::Array, rawList(GgufType::F32, values));
}

void GgufWriter::copy(const std::string& key, const GgufValue& source) {
    std::string payload;
    if (source.type == GgufType::Array) payload = rawType(source.element) + raw(source.count);
    payload.append(reinterpret_cast<const char*>(source.bytes.data()), source.bytes.size());
    value(key, source.type, payload);
}

void GgufWriter::tensor(const std::string& name, const GgmlType& type, const std::vector<std::int64_t>& shape,
                        std::function<std::vector<std::byte>()> bytes) {
    if (name.size() > kLongestTensorName || !m_used.emplace("tensor " + name, true).second)
        throw Error(ErrorCode::Internal, name, "is no name for a new tensor of a GGUF file");
    std::uint64_t count = 1;
    std::string sizes;
    for (auto size = shape.rbegin(); size != shape.rend(); ++size) {
        sizes += raw(static_cast<std::uint64_t>(*size));
        count *= static_cast<std::uint64_t>(*size);
    }
    if (shape.empty() || shape.back() % type.blockSize != 0)
        throw Error(ErrorCode::Internal, name, "cannot be stored in blocks of " + std::to_string(type.blockSize));
    const std::uint64_t size = count / type.blockSize * type.blockBytes;
    m_tensors.push_back({name, rawText(name) + raw(static_cast<std::uint32_t>(shape.size())) + sizes + raw(type.id), size,
                         std::move(bytes)});
}

void GgufWriter::writePart(const std::filesystem::path& path, Tensors::const_iterator begin,
                           Tensors::const_iterator end) const {
    AtomicFile file(path);
    std::string table;
    std::uint64_t offset = 0;
    for (auto tensor = begin; tensor != end; ++tensor) {
        table += tensor->head + raw(offset);
        offset += padded(tensor->size);
    }
    std::string header =
        "GGUF" + raw<std::uint32_t>(3) + raw(static_cast<std::uint64_t>(end - begin)) + raw(m_valueCount) + m_values + table;
    header.resize(static_cast<std::size_t>(padded(header.size())), '\0');
    file.write(header);
    const std::string zeros(kAlignment, '\0');
    for (auto tensor = begin; tensor != end; ++tensor) {
        const std::vector<std::byte> bytes = tensor->bytes();
        if (bytes.size() != tensor->size)
            throw Error(ErrorCode::Internal, tensor->name,
                        "has " + std::to_string(bytes.size()) + " bytes instead of " + std::to_string(tensor->size));
        file.write(bytes.data(), bytes.size());
        file.write(zeros.data(), static_cast<std::size_t>(padded(bytes.size()) - bytes.size()));
    }
    file.commit();
}

std::vector<std::filesystem::path> GgufWriter::write(const std::filesystem::path& path, std::uint64_t maxPartBytes) const {
    std::vector<Tensors::const_iterator> bounds{m_tensors.begin()};
    std::uint64_t inPart = 0;
    for (auto tensor = m_tensors.begin(); tensor != m_tensors.end(); ++tensor) {
        if (maxPartBytes > 0 && inPart > 0 && inPart + padded(tensor->size) > maxPartBytes) {
            bounds.push_back(tensor);
            inPart = 0;
        }
        inPart += padded(tensor->size);
    }
    bounds.push_back(m_tensors.end());
    const int count = static_cast<int>(bounds.size()) - 1;
    if (count == 1) {
        writePart(path, m_tensors.begin(), m_tensors.end());
        return {path};
    }
    if (count > 65535)
        throw Error(ErrorCode::Usage, path.string(), "would be cut into more than 65535 parts", "Allow larger parts.");
    std::vector<std::filesystem::path> written;
    try {
        for (int i = 0; i < count; ++i) {
            GgufWriter part;
            if (i == 0) part = *this;
            part.shortInteger("split.no", static_cast<std::uint16_t>(i));
            part.shortInteger("split.count", static_cast<std::uint16_t>(count));
            part.signedInteger("split.tensors.count", static_cast<std::int32_t>(m_tensors.size()));
            const auto place = ggufPartPath(path, i + 1, count);
            part.writePart(place, bounds[static_cast<std::size_t>(i)], bounds[static_cast<std::size_t>(i) + 1]);
            written.push_back(place);
        }
    } catch (...) {
        std::error_code ignored;
        for (const auto& file : written) std::filesystem::remove(file, ignored);
        throw;
    }
    return written;
}

}  // namespace lorashear
