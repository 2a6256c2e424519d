#pragma once

#include "core/io/gguf.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace lorashear {

/// Collects metadata and a tensor table, then writes a GGUF file of version 3 with alignment 32, tensor by tensor, atomically. A key or tensor
/// given twice, a name of 64 bytes or more, or bytes of the wrong length are Error(Internal); a full disk is Error(Io).
class GgufWriter {
public:
    void integer(const std::string& key, std::uint32_t value);
    void signedInteger(const std::string& key, std::int32_t value);
    void shortInteger(const std::string& key, std::uint16_t value);
    void number(const std::string& key, float value);
    void flag(const std::string& key, bool value);
    void text(const std::string& key, std::string_view value);
    void texts(const std::string& key, const std::vector<std::string>& values);
    void integers(const std::string& key, const std::vector<std::int32_t>& values);
    void numbers(const std::string& key, const std::vector<float>& values);
    /// A value of another file, byte for byte.
    void copy(const std::string& key, const GgufValue& value);

    /// shape is row-major. bytes is called once, when the tensor's turn has come, so that one tensor at a time is in memory.
    void tensor(const std::string& name, const GgmlType& type, const std::vector<std::int64_t>& shape,
                std::function<std::vector<std::byte>()> bytes);

    /// In one file, or, when the tensors need more than maxPartBytes (0: no limit), in parts beside each other (core/io/gguf_parts.h), the
    /// metadata in the first. What was written.
    std::vector<std::filesystem::path> write(const std::filesystem::path& path, std::uint64_t maxPartBytes = 0) const;

private:
    struct Tensor {
        std::string name, head;  ///< head: its entry in the table up to the offset
        std::uint64_t size;
        std::function<std::vector<std::byte>()> bytes;
    };
    using Tensors = std::vector<Tensor>;
    void value(const std::string& key, GgufType type, const std::string& payload);
    void writePart(const std::filesystem::path& path, Tensors::const_iterator begin, Tensors::const_iterator end) const;

    std::string m_values;  ///< as they will stand in the file
    std::uint64_t m_valueCount = 0;
    Tensors m_tensors;
    std::map<std::string, bool> m_used;
};

}  // namespace lorashear
