#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lorashear {

/// Element types that we compute with; others are refused by name when a tensor of them is needed.
enum class DType { F32, F16, BF16 };

std::size_t dtypeBytes(DType dtype);
const char* dtypeName(DType dtype);  ///< "F32", "F16", "BF16"

/// A named block of numbers somewhere in memory (usually a mapped file), row-major.
struct TensorData {
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    const std::byte* data = nullptr;  ///< may be unaligned
    std::shared_ptr<const void> owner;  ///< keeps data alive

    std::int64_t count() const;  ///< number of elements
    std::size_t bytes() const { return static_cast<std::size_t>(count()) * dtypeBytes(dtype); }
};

}  // namespace lorashear
