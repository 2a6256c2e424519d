#pragma once

#include "core/io/gguf_types.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lorashear {

/// One value of the metadata, still as it lies in the file.
struct GgufValue {
    GgufType type = GgufType::U8;
    GgufType element = GgufType::U8;      ///< of an array: what it holds (never another array)
    std::uint64_t count = 1;              ///< of an array: how many
    std::span<const std::byte> bytes;     ///< the value as stored, without the types and counts before it
    std::vector<std::string_view> texts;  ///< of a string (one) or an array of strings
};

/// One entry of the tensor table.
struct GgufTensor {
    std::string name;
    const GgmlType* type = nullptr;
    std::vector<std::int64_t> shape;  ///< row-major, i.e. the file's dimensions from the last to the first
    std::span<const std::byte> bytes;

    std::int64_t count() const;
};

/// A parsed GGUF file, version 2 or 3, little-endian (ggml-org/ggml, docs/gguf.md). Nothing of it is trusted: every length, count,
/// offset, type and product is checked against the bytes that are there before anything is allocated for it, keys and names are
/// unique, tensors are aligned and do not overlap. Each violation is Error(BadInput) naming file, key or tensor, and the rule.
class GgufFile {
public:
    /// A file cut into parts (split.count) is opened as a whole whichever part is named; Error(BadInput) names a part that is missing.
    static std::shared_ptr<const GgufFile> open(const std::filesystem::path& path);
    /// The same over bytes in memory, which owner keeps alive; subject names them in errors.
    static std::shared_ptr<const GgufFile> parse(std::span<const std::byte> bytes, std::string subject,
                                                 std::shared_ptr<const void> owner);

    const std::string& subject() const { return m_subject; }
    std::uint32_t version() const { return m_version; }
    const std::vector<std::pair<std::string, GgufValue>>& values() const { return m_values; }  ///< in the file's order
    const std::vector<GgufTensor>& tensors() const { return m_tensors; }                       ///< in the file's order
    const std::shared_ptr<const void>& owner() const { return m_owner; }
    const std::vector<std::filesystem::path>& files() const { return m_files; }  ///< on the disk: one, or all parts in order

    const GgufValue* find(const std::string& key) const;          ///< null: not there
    const GgufTensor* findTensor(const std::string& name) const;  ///< null: not there
    bool has(const std::string& key) const { return find(key) != nullptr; }

    /// Typed values; nothing when the key is absent, Error(BadInput) when it holds another type. Any integer type is an integer.
    std::optional<std::int64_t> integer(const std::string& key) const;
    std::optional<double> number(const std::string& key) const;
    std::optional<bool> flag(const std::string& key) const;
    std::optional<std::string> text(const std::string& key) const;
    std::optional<std::vector<std::int64_t>> integers(const std::string& key) const;
    std::optional<std::vector<double>> numbers(const std::string& key) const;
    const std::vector<std::string_view>* texts(const std::string& key) const;  ///< null: not there

    [[noreturn]] void refuse(const std::string& what,
                             const std::string& rule) const;  ///< Error(BadInput) about a key or tensor

private:
    friend class GgufReader;
    void join(const std::vector<std::filesystem::path>& parts);

    std::string m_subject;
    std::uint32_t m_version = 0;
    std::vector<std::pair<std::string, GgufValue>> m_values;
    std::vector<GgufTensor> m_tensors;
    std::map<std::string, std::size_t, std::less<>> m_valueIndex, m_tensorIndex;
    std::shared_ptr<const void> m_owner;
    std::vector<std::filesystem::path> m_files;
};

/// Text of anybody's file for a message: printable ASCII, at most 80 characters.
std::string ggufPrintable(std::string_view text);

/// The GGUF file that a path means: the path itself, or the only .gguf file (or the first part of the only one) of a folder without
/// config.json. Empty: neither. Error(BadInput) for a folder of several (says to name one).
std::filesystem::path ggufFileAt(const std::filesystem::path& path);

}  // namespace lorashear
