#include "core/io/gguf.h"

#include "core/base/error.h"
#include "core/io/gguf_numbers.h"
#include "core/io/gguf_parts.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

struct TypeInfo {
    const char* name;
    std::size_t bytes;
    bool integer;
};
constexpr std::array<TypeInfo, 13> kTypeInfos{{
    {"uint8", 1, true},
    {"int8", 1, true},
    {"uint16", 2, true},
    {"int16", 2, true},
    {"uint32", 4, true},
    {"int32", 4, true},
    {"float32", 4, false},
    {"bool", 1, false},
    {"string", 0, false},
    {"array", 0, false},
    {"uint64", 8, true},
    {"int64", 8, true},
    {"float64", 8, false},
}};

const TypeInfo& info(GgufType type) {
    return kTypeInfos[static_cast<std::size_t>(type)];
}

std::int64_t integerAt(GgufType type, const std::byte* at) {
    switch (type) {
        case GgufType::U8: return ggufnumbers::loadAt<std::uint8_t>(at);
        case GgufType::I8: return ggufnumbers::loadAt<std::int8_t>(at);
        case GgufType::U16: return ggufnumbers::loadAt<std::uint16_t>(at);
        case GgufType::I16: return ggufnumbers::loadAt<std::int16_t>(at);
        case GgufType::U32: return ggufnumbers::loadAt<std::uint32_t>(at);
        case GgufType::I32: return ggufnumbers::loadAt<std::int32_t>(at);
        default: return ggufnumbers::loadAt<std::int64_t>(at);
    }
}

double numberAt(GgufType type, const std::byte* at) {
    if (type == GgufType::F32) return ggufnumbers::loadAt<float>(at);
    if (type == GgufType::F64) return ggufnumbers::loadAt<double>(at);
    return static_cast<double>(integerAt(type, at));
}

}  // namespace

const char* ggufTypeName(GgufType type) {
    return info(type).name;
}

std::size_t ggufTypeBytes(GgufType type) {
    return info(type).bytes;
}

bool isGgufInteger(GgufType type) {
    return info(type).integer;
}

std::int64_t GgufTensor::count() const {
    std::int64_t product = 1;
    for (const std::int64_t size : shape) product *= size;
    return product;
}

void GgufFile::refuse(const std::string& what, const std::string& rule) const {
    throw Error(ErrorCode::BadInput, m_subject, what.empty() ? rule : what + " " + rule,
                "fetch the file again, or convert the model again");
}

const GgufValue* GgufFile::find(const std::string& key) const {
    const auto found = m_valueIndex.find(key);
    return found == m_valueIndex.end() ? nullptr : &m_values[found->second].second;
}

const GgufTensor* GgufFile::findTensor(const std::string& name) const {
    const auto found = m_tensorIndex.find(name);
    return found == m_tensorIndex.end() ? nullptr : &m_tensors[found->second];
}

namespace {

bool isScalar(const GgufValue& value, bool (*fits)(GgufType)) {
    return value.type != GgufType::Array && fits(value.type);
}

bool isArray(const GgufValue& value, bool (*fits)(GgufType)) {
    return value.type == GgufType::Array && fits(value.element);
}

bool isNumber(GgufType type) {
    return isGgufInteger(type) || type == GgufType::F32 || type == GgufType::F64;
}

bool isBool(GgufType type) {
    return type == GgufType::Bool;
}

bool isText(GgufType type) {
    return type == GgufType::String;
}

bool isFlags(GgufType type) {  // arrays of switches are integers to whoever asks for integers
    return isGgufInteger(type) || type == GgufType::Bool;
}

}  // namespace

/// The value of a key if it is there; refused when it does not hold what is asked for.
static const GgufValue* typed(const GgufFile& file, const std::string& key, bool fits(const GgufValue&),
                              const char* wanted) {
    const GgufValue* value = file.find(key);
    if (value && !fits(*value))
        file.refuse("key \"" + key + "\"", std::string("holds ") + (value->type == GgufType::Array ? "an array of " : "a ") +
                                               ggufTypeName(value->element) + " where " + wanted + " is needed");
    return value;
}

std::optional<std::int64_t> GgufFile::integer(const std::string& key) const {
    const auto* value = typed(
        *this, key, [](const GgufValue& v) { return isScalar(v, isGgufInteger); }, "a whole number");
    if (!value) return {};
    return integerAt(value->type, value->bytes.data());
}

std::optional<double> GgufFile::number(const std::string& key) const {
    const auto* value = typed(
        *this, key, [](const GgufValue& v) { return isScalar(v, isNumber); }, "a number");
    if (!value) return {};
    return numberAt(value->type, value->bytes.data());
}

std::optional<bool> GgufFile::flag(const std::string& key) const {
    const auto* value = typed(
        *this, key, [](const GgufValue& v) { return isScalar(v, isBool); }, "a bool");
    if (!value) return {};
    return std::to_integer<int>(value->bytes.front()) != 0;
}

std::optional<std::string> GgufFile::text(const std::string& key) const {
    const auto* value = typed(
        *this, key, [](const GgufValue& v) { return isScalar(v, isText); }, "a string");
    if (!value) return {};
    return std::string(value->texts.front());
}

std::optional<std::vector<std::int64_t>> GgufFile::integers(const std::string& key) const {
    const auto* value = typed(
        *this, key, [](const GgufValue& v) { return isArray(v, isFlags); }, "an array of whole numbers");
    if (!value) return {};
    const GgufType type = value->element == GgufType::Bool ? GgufType::U8 : value->element;
    std::vector<std::int64_t> all(static_cast<std::size_t>(value->count));
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = integerAt(type, value->bytes.data() + i * ggufTypeBytes(type));
    return all;
}

std::optional<std::vector<double>> GgufFile::numbers(const std::string& key) const {
    const auto* value = typed(
        *this, key, [](const GgufValue& v) { return isArray(v, isNumber); }, "an array of numbers");
    if (!value) return {};
    std::vector<double> all(static_cast<std::size_t>(value->count));
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = numberAt(value->element, value->bytes.data() + i * ggufTypeBytes(value->element));
    return all;
}

const std::vector<std::string_view>* GgufFile::texts(const std::string& key) const {
    const auto* value = typed(
        *this, key, [](const GgufValue& v) { return isArray(v, isText); }, "an array of strings");
    return value ? &value->texts : nullptr;
}

fs::path ggufFileAt(const fs::path& path) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) return path.extension() == ".gguf" ? path : fs::path();
    if (fs::exists(path / "config.json", ignored)) return {};
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(path, ignored)) {
        const auto part = ggufPartName(entry.path());
        if (entry.path().extension() == ".gguf" && (!part || part->number == 1)) found.push_back(entry.path());
    }
    if (found.empty()) return {};
    std::sort(found.begin(), found.end());
    if (found.size() > 1)
        throw Error(ErrorCode::BadInput, path.string(), "holds " + std::to_string(found.size()) + " GGUF files",
                    "name the one you mean, for example " + found.front().string());
    return found.front();
}

}  // namespace lorashear
