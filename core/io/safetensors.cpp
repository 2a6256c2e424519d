#include "core/io/safetensors.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/mapped_file.h"
#include "core/io/stand_in.h"
#include "core/io/strict_json.h"
#include "core/io/tensor_stream.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>
#include <set>
#include <tuple>

// The format (https://github.com/huggingface/safetensors, README "Format" and safetensors/src/tensor.rs):
//
//   8 bytes   N, little-endian: length of the header, at most 100,000,000
//   N bytes   JSON object { name: {"dtype", "shape", "data_offsets": [begin, end]}, "__metadata__": {string: string} },
//             first byte '{', may be padded with spaces at its end
//   the rest  the numbers, row-major, little-endian; offsets count from here
//
// The rules keep a file from meaning two things to two readers: sorted by offset the tensors cover the data part exactly,
// without a hole or an overlap, and nothing follows. We check them all before any number is touched.

namespace lorashear {

namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;
constexpr std::size_t kLengthBytes = 8;
constexpr int kMaxDepth = 16;
constexpr std::size_t kLookedAt = 4096;  ///< of a file that may be something else

struct StoredType {
    const char* name;
    unsigned bits;
    std::optional<DType> dtype;  ///< set for the types we compute with
};

/// All types of the format, in the reference writer's order of alignment.
constexpr std::array<StoredType, 22> kStoredTypes{{
    {"BOOL", 8, {}},        {"F4", 4, {}},      {"F6_E2M3", 6, {}},      {"F6_E3M2", 6, {}},      {"U8", 8, {}},
    {"I8", 8, {}},          {"F8_E5M2", 8, {}}, {"F8_E4M3", 8, {}},      {"F8_E8M0", 8, {}},      {"F8_E4M3FNUZ", 8, {}},
    {"F8_E5M2FNUZ", 8, {}}, {"I16", 16, {}},    {"U16", 16, {}},         {"F16", 16, DType::F16}, {"BF16", 16, DType::BF16},
    {"I32", 32, {}},        {"U32", 32, {}},    {"F32", 32, DType::F32}, {"C64", 64, {}},         {"F64", 64, {}},
    {"I64", 64, {}},        {"U64", 64, {}},
}};

struct Entry {
    std::string name;
    const StoredType* type = nullptr;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0, end = 0;
};

/// Turns the header into entries; every complaint names the file and the tensor.
class HeaderReader {
public:
    explicit HeaderReader(const std::filesystem::path& path) : m_path(path.string()) {}

    [[noreturn]] void refuse(const std::string& message) const {
        throw Error(ErrorCode::BadInput, m_path, message,
                    "the file is damaged or was not written by safetensors: fetch it again");
    }
    [[noreturn]] void refuse(const std::string& tensor, const std::string& message) const {
        refuse("tensor \"" + tensor + "\": " + message);
    }

    std::string_view headerOf(std::span<const std::byte> bytes) const {
        if (bytes.size() < kLengthBytes) refuse("is shorter than the 8 bytes of the header length");
        std::uint64_t length = 0;
        for (std::size_t i = kLengthBytes; i-- > 0;) length = length << 8 | std::to_integer<std::uint64_t>(bytes[i]);
        if (length > kMaxHeaderBytes)
            refuse("header length " + std::to_string(length) + " is over the limit of 100000000 bytes");
        if (length > bytes.size() - kLengthBytes)
            refuse("header of " + std::to_string(length) + " bytes reaches past the end of the file");
        const std::string_view header(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, length);
        if (header.empty() || header.front() != '{') refuse("header does not begin with '{'");
        return header;
    }

    std::map<std::string, std::string> metadata(const json& value) const {
        if (!value.is_object()) refuse("__metadata__ is not an object");
        std::map<std::string, std::string> result;
        for (const auto& [key, text] : value.items()) {
            if (!text.is_string()) refuse("__metadata__ entry \"" + key + "\" is not a string");
            result[key] = text.get<std::string>();
        }
        return result;
    }

    Entry entry(const std::string& name, const json& value) const {
        if (!value.is_object()) refuse(name, "description is not an object");
        Entry entry;
        entry.name = name;
        entry.type = type(name, value);
        for (const json& size : list(name, value, "shape")) {
            const std::uint64_t number = unsignedNumber(name, size, "shape");
            if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
                refuse(name, "shape has a size that overflows");
            entry.shape.push_back(static_cast<std::int64_t>(number));
        }
        const json& offsets = list(name, value, "data_offsets");
        if (offsets.size() != 2) refuse(name, "data_offsets must be two numbers");
        entry.begin = unsignedNumber(name, offsets[0], "data_offsets");
        entry.end = unsignedNumber(name, offsets[1], "data_offsets");
        return entry;
    }

    /// Sorted entries must cover [0, dataBytes) exactly, each with the size its shape and type ask for.
    void checkCover(const std::vector<Entry>& entries, std::uint64_t dataBytes) const {
        std::uint64_t at = 0;
        for (const Entry& entry : entries) {
            if (entry.begin < at) refuse(entry.name, "overlaps the tensor before it");
            if (entry.begin > at)
                refuse(entry.name, "leaves a hole of " + std::to_string(entry.begin - at) + " bytes before it");
            if (entry.end < entry.begin) refuse(entry.name, "ends before it begins");
            if (const std::uint64_t expected = bytesOf(entry); entry.end - entry.begin != expected)
                refuse(entry.name, "shape and type need " + std::to_string(expected) + " bytes, data_offsets give " +
                                       std::to_string(entry.end - entry.begin));
            at = entry.end;
        }
        if (at > dataBytes)
            refuse("is cut short: tensors need " + std::to_string(at) + " bytes of data, the file has " +
                   std::to_string(dataBytes));
        if (at < dataBytes) refuse("has " + std::to_string(dataBytes - at) + " bytes after its last tensor");
    }

private:
    const StoredType* type(const std::string& name, const json& value) const {
        const auto found = value.find("dtype");
        if (found == value.end() || !found->is_string()) refuse(name, "has no dtype");
        const auto& text = found->get_ref<const std::string&>();
        const auto known =
            std::find_if(kStoredTypes.begin(), kStoredTypes.end(), [&](const StoredType& t) { return text == t.name; });
        if (known == kStoredTypes.end()) refuse(name, "has the unknown dtype \"" + text + "\"");
        return &*known;
    }
    const json& list(const std::string& name, const json& value, const char* key) const {
        const auto found = value.find(key);
        if (found == value.end() || !found->is_array()) refuse(name, std::string("has no ") + key);
        return *found;
    }
    std::uint64_t unsignedNumber(const std::string& name, const json& value, const char* key) const {
        if (!value.is_number_unsigned()) refuse(name, std::string(key) + " must hold whole numbers from 0");
        return value.get<std::uint64_t>();
    }
    std::uint64_t bytesOf(const Entry& entry) const {
        std::uint64_t bits = 1;
        bool overflow = false;
        for (const std::int64_t size : entry.shape)
            overflow |= __builtin_mul_overflow(bits, static_cast<std::uint64_t>(size), &bits);
        overflow |= __builtin_mul_overflow(bits, std::uint64_t{entry.type->bits}, &bits);
        if (overflow) refuse(entry.name, "shape times type overflows");
        if (bits % 8 != 0) refuse(entry.name, "does not fill whole bytes");
        return bits / 8;
    }

    std::string m_path;
};

/// The reference writer sorts by its own list of types from the end, then by name.
std::size_t typeOrder(DType dtype) {
    const auto found =
        std::find_if(kStoredTypes.begin(), kStoredTypes.end(), [&](const StoredType& t) { return t.dtype == dtype; });
    return static_cast<std::size_t>(found - kStoredTypes.begin());
}

std::string headerFor(const std::vector<const LazyTensor*>& tensors, const std::map<std::string, std::string>& metadata) {
    std::string header = "{";
    if (!metadata.empty()) header += "\"__metadata__\":" + json(metadata).dump();
    std::uint64_t at = 0;
    for (const LazyTensor* tensor : tensors) {
        if (header.size() > 1) header += ',';
        header += json(tensor->name).dump() + ":{\"dtype\":\"" + dtypeName(tensor->dtype) +
                  "\",\"shape\":" + json(tensor->shape).dump() + ",\"data_offsets\":[" + std::to_string(at) + ",";
        at += tensor->bytes();
        header += std::to_string(at) + "]}";
    }
    header += '}';
    header.append((8 - header.size() % 8) % 8, ' ');
    return header;
}

}  // namespace

std::shared_ptr<SafetensorsFile> SafetensorsFile::open(const std::filesystem::path& path) {
    const auto mapping = MappedFile::open(path);
    refuseStandIn({reinterpret_cast<const char*>(mapping->bytes().data()), std::min(mapping->bytes().size(), kLookedAt)},
                  path.string());
    const HeaderReader reader(path);
    const std::string_view header = reader.headerOf(mapping->bytes());
    const json parsed = parseStrictJson(header, path.string(), JsonFrom::Download, kMaxDepth);

    auto file = std::make_shared<SafetensorsFile>();
    std::vector<Entry> entries;
    for (const auto& [name, value] : parsed.items()) {
        if (name == "__metadata__")
            file->m_metadata = reader.metadata(value);
        else
            entries.push_back(reader.entry(name, value));
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
    });
    const std::size_t dataStart = kLengthBytes + header.size();
    reader.checkCover(entries, mapping->bytes().size() - dataStart);

    for (Entry& entry : entries) {
        if (!entry.type->dtype) {
            file->m_otherTensors[entry.name] = entry.type->name;
            continue;
        }
        TensorData tensor;
        tensor.name = std::move(entry.name);
        tensor.dtype = *entry.type->dtype;
        tensor.shape = std::move(entry.shape);
        tensor.data = mapping->bytes().data() + dataStart + entry.begin;
        tensor.owner = mapping;
        file->m_tensors.push_back(std::move(tensor));
    }
    return file;
}

void writeSafetensors(const std::filesystem::path& path, std::span<const LazyTensor> tensors,
                      std::map<std::string, std::string> metadata) {
    std::vector<const LazyTensor*> sorted;
    for (const LazyTensor& tensor : tensors) sorted.push_back(&tensor);
    std::sort(sorted.begin(), sorted.end(), [](const LazyTensor* a, const LazyTensor* b) {
        if (a->dtype != b->dtype) return typeOrder(a->dtype) > typeOrder(b->dtype);
        return a->name < b->name;
    });
    std::set<std::string_view> names;
    for (const LazyTensor* tensor : sorted)
        if (!names.insert(tensor->name).second)
            throw Error(ErrorCode::Internal, path.string(), "tensor \"" + tensor->name + "\" is given twice");

    const std::string header = headerFor(sorted, metadata);
    std::array<char, kLengthBytes> length{};
    for (std::size_t i = 0; i < kLengthBytes; ++i) length[i] = static_cast<char>(header.size() >> (8 * i) & 0xff);

    AtomicFile file(path);
    file.write(length.data(), length.size());
    file.write(header);
    for (const LazyTensor* tensor : sorted) {
        const TensorData data = tensor->load();
        if (data.dtype != tensor->dtype || data.shape != tensor->shape)
            throw Error(ErrorCode::Internal, path.string(), "tensor \"" + tensor->name + "\" is not what was announced");
        file.write(data.inMemory().data, data.bytes());
    }
    file.commit();
}

void writeSafetensors(const std::filesystem::path& path, std::span<const TensorData> tensors,
                      std::map<std::string, std::string> metadata) {
    std::vector<LazyTensor> all;
    for (const TensorData& tensor : tensors) all.push_back(lazily(tensor));
    writeSafetensors(path, all, std::move(metadata));
}

}  // namespace lorashear
