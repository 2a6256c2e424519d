#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lorashear {

/// Types of GGUF metadata values; the numbers are the file's.
enum class GgufType : std::uint32_t { U8 = 0, I8, U16, I16, U32, I32, F32, Bool, String, Array, U64, I64, F64 };

const char* ggufTypeName(GgufType type);
std::size_t ggufTypeBytes(GgufType type);  ///< 0 for String and Array, whose values have no fixed size
bool isGgufInteger(GgufType type);

/// Fills `count` floats from `count / GgmlType::blockSize` blocks; count is a multiple of the block size.
using Dequantise = void (*)(const std::byte* blocks, float* values, std::size_t count);

/// Makes the blocks of `count` floats, a multiple of the block size.
using Quantise = void (*)(const float* values, std::byte* blocks, std::size_t count);

/// One type that ggml stores tensors in: so many numbers in a block of so many bytes.
struct GgmlType {
    std::uint32_t id;
    std::string_view name;
    std::uint32_t blockSize, blockBytes;
    Dequantise dequantise;        ///< null: known to exist, but not read here
    Quantise quantise = nullptr;  ///< null: not written here (plain types need none)
};

/// null: no such type (numbers of types that ggml took away again included).
const GgmlType* ggmlType(std::uint32_t id);
const GgmlType* ggmlType(std::string_view name);

/// The names of all types that have a dequantise, for messages.
std::string dequantisedTypes();

}  // namespace lorashear
