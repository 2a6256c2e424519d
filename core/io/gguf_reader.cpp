#include "core/base/error.h"
#include "core/io/gguf.h"
#include "core/io/gguf_numbers.h"
#include "core/io/gguf_parts.h"
#include "core/io/mapped_file.h"
#include "core/io/stand_in.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

// The file (ggml-org/ggml, docs/gguf.md), all numbers little-endian:
//
//   "GGUF", u32 version, u64 tensors, u64 values
//   values:  string key, u32 type, value          string: u64 length, bytes       array: u32 type, u64 count, values
//   tensors: string name, u32 n, n x u64 sizes (innermost first), u32 type, u64 offset into the data
//   padding to general.alignment (32), then the data
//
// The reader is a cursor that can only advance over bytes that exist; counts are held against the bytes that so many entries need
// at least before a container is reserved, so that a small file cannot ask for a large allocation.

namespace lorashear {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kLongestKey = 65535, kLongestName = 63, kMostDimensions = 4;
constexpr std::uint64_t kDefaultAlignment = 32, kLargestAlignment = 1 << 20;
constexpr std::uint64_t kSmallestValue = 8 + 1 + 4 + 1, kSmallestTensor = 8 + 1 + 4 + 4 + 8;

}  // namespace

/// Reads one file from its first byte to its last tensor.
class GgufReader {
public:
    GgufReader(GgufFile& file, std::span<const std::byte> bytes) : m_file(file), m_bytes(bytes) {}

    void read() {
        readHeader();
        for (std::uint64_t i = 0; i < m_valueCount; ++i) readValue(i);
        readAlignment();
        for (std::uint64_t i = 0; i < m_tensorCount; ++i) readTensor(i);
        placeTensors();
    }

private:
    struct Placement {
        std::uint64_t offset, size;
    };

    std::uint64_t left() const { return m_bytes.size() - m_at; }

    const std::byte* take(std::uint64_t count, const std::string& what) {
        if (count > left())
            m_file.refuse(what, "is cut short: needs " + std::to_string(count) + " bytes, the file has " +
                                    std::to_string(left()) + " left");
        const std::byte* at = m_bytes.data() + m_at;
        m_at += static_cast<std::size_t>(count);
        return at;
    }
    template <typename T>
    T number(const std::string& what) {
        return ggufnumbers::loadAt<T>(take(sizeof(T), what));
    }
    std::string_view text(const std::string& what) {
        const auto length = number<std::uint64_t>(what);
        return {reinterpret_cast<const char*>(take(length, what)), static_cast<std::size_t>(length)};
    }
    GgufType type(const std::string& what) {
        const auto id = number<std::uint32_t>(what);
        if (id > static_cast<std::uint32_t>(GgufType::F64))
            m_file.refuse(what, "has the unknown type " + std::to_string(id));
        return static_cast<GgufType>(id);
    }

    void readHeader() {
        if (std::memcmp(take(4, "the header"), "GGUF", 4) != 0) {
            constexpr std::size_t kLookedAt = 1024;
            refuseStandIn({reinterpret_cast<const char*>(m_bytes.data()), std::min(m_bytes.size(), kLookedAt)},
                          m_file.m_subject);
            m_file.refuse("", "does not begin with \"GGUF\"");
        }
        m_file.m_version = number<std::uint32_t>("the header");
        if ((m_file.m_version & 0xffff) == 0)
            m_file.refuse("", "is a big-endian GGUF file; only little-endian ones are read");
        if (m_file.m_version != 2 && m_file.m_version != 3)
            m_file.refuse("", "is of GGUF version " + std::to_string(m_file.m_version) + "; versions 2 and 3 are read");
        m_tensorCount = number<std::uint64_t>("the header");
        m_valueCount = number<std::uint64_t>("the header");
        if (m_valueCount > left() / kSmallestValue)
            m_file.refuse("", "claims " + std::to_string(m_valueCount) + " metadata values, more than fit into it");
        if (m_tensorCount > left() / kSmallestTensor)
            m_file.refuse("", "claims " + std::to_string(m_tensorCount) + " tensors, more than fit into it");
        m_file.m_values.reserve(static_cast<std::size_t>(m_valueCount));
        m_file.m_tensors.reserve(static_cast<std::size_t>(m_tensorCount));
    }

    void readValue(std::uint64_t index) {
        const std::string where = "metadata value " + std::to_string(index);
        const std::string_view key = text(where + "'s key");
        if (key.empty() || key.size() > kLongestKey)
            m_file.refuse(where, "has a key of " + std::to_string(key.size()) + " bytes; allowed are 1 to " +
                                     std::to_string(kLongestKey));
        if (!m_file.m_valueIndex.emplace(std::string(key), m_file.m_values.size()).second)
            m_file.refuse("key \"" + ggufPrintable(key) + "\"", "is there twice");
        const std::string what = "key \"" + ggufPrintable(key) + "\"";
        GgufValue value;
        value.type = type(what);
        const bool array = value.type == GgufType::Array;
        value.element = array ? type(what) : value.type;
        if (array) value.count = number<std::uint64_t>(what);
        const std::size_t begin = m_at;
        if (value.element == GgufType::Array)
            m_file.refuse(what, "is an array of arrays, which no model needs and we do not read");
        if (value.element == GgufType::String)
            readTexts(value, what);
        else
            readNumbers(value, what);
        value.bytes = m_bytes.subspan(begin, m_at - begin);
        m_file.m_values.emplace_back(std::string(key), std::move(value));
    }

    void readTexts(GgufValue& value, const std::string& what) {
        if (value.count > left() / sizeof(std::uint64_t))
            m_file.refuse(what, "claims " + std::to_string(value.count) + " strings, more than fit into the file");
        value.texts.reserve(static_cast<std::size_t>(value.count));
        for (std::uint64_t i = 0; i < value.count; ++i) value.texts.push_back(text(what));
    }

    void readNumbers(const GgufValue& value, const std::string& what) {
        std::uint64_t size = 0;
        if (__builtin_mul_overflow(value.count, std::uint64_t{ggufTypeBytes(value.element)}, &size))
            m_file.refuse(what, "claims " + std::to_string(value.count) + " entries, which overflows");
        const std::byte* at = take(size, what);
        if (value.element != GgufType::Bool) return;
        for (std::uint64_t i = 0; i < size; ++i)
            if (std::to_integer<int>(at[i]) > 1) m_file.refuse(what, "holds a bool that is neither 0 nor 1");
    }

    void readAlignment() {
        const auto given = m_file.integer("general.alignment");
        if (!given) return;
        if (*given <= 0 || *given > std::int64_t{kLargestAlignment} ||
            !std::has_single_bit(static_cast<std::uint64_t>(*given)))
            m_file.refuse("key \"general.alignment\"", "is " + std::to_string(*given) + ", not a power of two up to " +
                                                           std::to_string(kLargestAlignment));
        m_alignment = static_cast<std::uint64_t>(*given);
    }

    void readTensor(std::uint64_t index) {
        const std::string where = "tensor " + std::to_string(index);
        GgufTensor tensor;
        tensor.name = text(where + "'s name");
        if (tensor.name.empty() || tensor.name.size() > kLongestName)
            m_file.refuse(where, "has a name of " + std::to_string(tensor.name.size()) + " bytes; allowed are 1 to " +
                                     std::to_string(kLongestName));
        const std::string what = "tensor \"" + ggufPrintable(tensor.name) + "\"";
        if (!m_file.m_tensorIndex.emplace(tensor.name, m_file.m_tensors.size()).second)
            m_file.refuse(what, "is there twice");
        const auto dimensions = number<std::uint32_t>(what);
        if (dimensions == 0 || dimensions > kMostDimensions)
            m_file.refuse(what, "has " + std::to_string(dimensions) + " dimensions; allowed are 1 to " +
                                    std::to_string(kMostDimensions));
        for (std::uint32_t i = 0; i < dimensions; ++i) {
            const auto size = number<std::uint64_t>(what);
            if (size == 0 || size > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
                m_file.refuse(what, "has a dimension of " + std::to_string(size));
            tensor.shape.insert(tensor.shape.begin(), static_cast<std::int64_t>(size));
        }
        const auto id = number<std::uint32_t>(what);
        tensor.type = ggmlType(id);
        if (!tensor.type) m_file.refuse(what, "has the unknown type " + std::to_string(id));
        m_places.push_back({number<std::uint64_t>(what), bytesOf(tensor, what)});
        m_file.m_tensors.push_back(std::move(tensor));
    }

    std::uint64_t bytesOf(const GgufTensor& tensor, const std::string& what) const {
        const auto row = static_cast<std::uint64_t>(tensor.shape.back());
        if (row % tensor.type->blockSize != 0)
            m_file.refuse(what, "has rows of " + std::to_string(row) + " numbers, but " + std::string(tensor.type->name) +
                                    " stores blocks of " + std::to_string(tensor.type->blockSize));
        std::uint64_t count = 1, bytes = 0;
        bool overflow = false;
        for (const std::int64_t size : tensor.shape)
            overflow |= __builtin_mul_overflow(count, static_cast<std::uint64_t>(size), &count);
        overflow |= count > std::uint64_t{std::numeric_limits<std::int64_t>::max()} / 8;
        overflow |= __builtin_mul_overflow(count / tensor.type->blockSize, std::uint64_t{tensor.type->blockBytes}, &bytes);
        if (overflow) m_file.refuse(what, "has a shape whose size overflows");
        return bytes;
    }

    /// Offsets count from the first aligned byte after the table.
    void placeTensors() {
        const std::uint64_t begin = (std::uint64_t{m_at} + m_alignment - 1) / m_alignment * m_alignment;
        const std::uint64_t available = begin < m_bytes.size() ? m_bytes.size() - begin : 0;
        std::vector<std::size_t> order(m_places.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::sort(order.begin(), order.end(),
                  [this](std::size_t a, std::size_t b) { return m_places[a].offset < m_places[b].offset; });
        std::uint64_t free = 0;
        for (const std::size_t i : order) {
            const Placement& place = m_places[i];
            GgufTensor& tensor = m_file.m_tensors[i];
            const std::string what = "tensor \"" + ggufPrintable(tensor.name) + "\"";
            if (place.offset % m_alignment != 0)
                m_file.refuse(what, "begins at " + std::to_string(place.offset) + ", not a multiple of the alignment " +
                                        std::to_string(m_alignment));
            if (place.offset > available || place.size > available - place.offset)
                m_file.refuse(what, "is cut short: needs " + std::to_string(place.size) + " bytes at " +
                                        std::to_string(place.offset) + ", the file has " + std::to_string(available) +
                                        " bytes of data");
            if (place.offset < free) m_file.refuse(what, "overlaps the tensor before it");
            free = place.offset + place.size;
            tensor.bytes =
                m_bytes.subspan(static_cast<std::size_t>(begin + place.offset), static_cast<std::size_t>(place.size));
        }
    }

    GgufFile& m_file;
    std::span<const std::byte> m_bytes;
    std::size_t m_at = 0;
    std::uint64_t m_tensorCount = 0, m_valueCount = 0, m_alignment = kDefaultAlignment;
    std::vector<Placement> m_places;
};

std::string ggufPrintable(std::string_view text) {
    std::string result(text.substr(0, 80));
    for (char& c : result)
        if (c < 0x20 || c > 0x7e) c = '?';
    return result;
}

namespace {

/// All parts of the file that `path` is one of, the first one first; itself alone when its name is not that of a part.
std::vector<fs::path> partsBeside(const fs::path& path, std::int64_t count) {
    const auto named = ggufPartName(path);
    const std::string those = " of " + std::to_string(count) + " parts of a model";
    const std::string remedy = "fetch all parts into one folder, or join them first (llama-gguf-split --merge)";
    if (!named || named->count != count)
        throw Error(ErrorCode::BadInput, path.string(),
                    "is one" + those + ", but its name does not end in -00001-of-0000N.gguf, so the others cannot be found",
                    "give the parts their names back, or join them first (llama-gguf-split --merge)");
    std::vector<fs::path> parts;
    std::error_code ignored;
    for (int i = 1; i <= named->count; ++i) {
        parts.push_back(ggufPartPath(named->stem, i, named->count));
        if (!fs::exists(parts.back(), ignored))
            throw Error(ErrorCode::BadInput, path.string(),
                        "is part " + std::to_string(named->number) + those + "; part " + std::to_string(i) + " (" +
                            parts.back().filename().string() + ") is missing",
                        remedy);
    }
    return parts;
}

}  // namespace

std::shared_ptr<const GgufFile> GgufFile::open(const fs::path& path) {
    const auto read = [](const fs::path& one) {
        const auto mapping = MappedFile::open(one);
        auto file = std::const_pointer_cast<GgufFile>(parse(mapping->bytes(), one.string(), mapping));
        file->m_files = {one};
        return file;
    };
    std::error_code ignored;
    const auto written =
        fs::exists(path, ignored) ? std::vector<fs::path>() : ggufFilesOf(path);  // named without its parts' numbers
    const auto file = read(written.empty() ? path : written.front());
    const auto count = file->integer("split.count").value_or(1);
    if (count <= 1) return file;
    const auto parts = partsBeside(written.empty() ? path : written.front(), count);
    const auto whole = parts.front() == file->m_files.front() ? file : read(parts.front());
    whole->join(parts);
    return whole;
}

/// Takes the tensors of the other parts into this one, the first.
void GgufFile::join(const std::vector<fs::path>& parts) {
    auto owners = std::make_shared<std::vector<std::shared_ptr<const void>>>();
    const auto check = [&](const GgufFile& part, std::size_t number) {
        if (part.integer("split.no").value_or(-1) != static_cast<std::int64_t>(number) ||
            part.integer("split.count").value_or(-1) != static_cast<std::int64_t>(parts.size()))
            part.refuse("", "is named as part " + std::to_string(number + 1) + " of " + std::to_string(parts.size()) +
                                ", but its keys split.no and split.count say otherwise");
    };
    check(*this, 0);
    owners->push_back(m_owner);
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const auto mapping = MappedFile::open(parts[i]);
        const auto part = parse(mapping->bytes(), parts[i].string(), mapping);
        check(*part, i);
        owners->push_back(mapping);
        for (const GgufTensor& tensor : part->m_tensors) {
            if (!m_tensorIndex.emplace(tensor.name, m_tensors.size()).second)
                part->refuse("tensor \"" + ggufPrintable(tensor.name) + "\"", "is also in another part");
            m_tensors.push_back(tensor);
        }
    }
    if (const auto said = integer("split.tensors.count"); said && *said != static_cast<std::int64_t>(m_tensors.size()))
        refuse("key \"split.tensors.count\"",
               "is " + std::to_string(*said) + ", the parts together hold " + std::to_string(m_tensors.size()) + " tensors");
    m_owner = owners;
    m_files = parts;
}

std::shared_ptr<const GgufFile> GgufFile::parse(std::span<const std::byte> bytes, std::string subject,
                                                std::shared_ptr<const void> owner) {
    auto file = std::make_shared<GgufFile>();
    file->m_subject = std::move(subject);
    file->m_owner = std::move(owner);
    GgufReader(*file, bytes).read();
    return file;
}

}  // namespace lorashear
