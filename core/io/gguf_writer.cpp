#include "core/io/gguf_writer.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"

#include <cstring>

namespace lorashear {

namespace {

constexpr std::uint64_t kAlignment = 32;
constexpr std::size_t kLongestName = 63;

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
    if (name.size() > kLongestName || !m_used.emplace("tensor " + name, true).second)
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
    m_table += rawText(name) + raw(static_cast<std::uint32_t>(shape.size())) + sizes + raw(type.id) + raw(m_dataBytes);
    m_dataBytes += padded(size);
    m_tensors.push_back({name, size, std::move(bytes)});
}

void GgufWriter::write(const std::filesystem::path& path) const {
    AtomicFile file(path);
    std::string header =
        "GGUF" + raw<std::uint32_t>(3) + raw<std::uint64_t>(m_tensors.size()) + raw(m_valueCount) + m_values + m_table;
    header.resize(static_cast<std::size_t>(padded(header.size())), '\0');
    file.write(header);
    const std::string zeros(kAlignment, '\0');
    for (const Tensor& tensor : m_tensors) {
        const std::vector<std::byte> bytes = tensor.bytes();
        if (bytes.size() != tensor.size)
            throw Error(ErrorCode::Internal, tensor.name,
                        "has " + std::to_string(bytes.size()) + " bytes instead of " + std::to_string(tensor.size));
        file.write(bytes.data(), bytes.size());
        file.write(zeros.data(), static_cast<std::size_t>(padded(bytes.size()) - bytes.size()));
    }
    file.commit();
}

}  // namespace lorashear
