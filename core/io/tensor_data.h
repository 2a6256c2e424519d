#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lorashear {

/// Element types that we compute with; others are refused by name when a tensor of them is needed.
enum class DType { F32, F16, BF16 };

std::size_t dtypeBytes(DType dtype);
const char* dtypeName(DType dtype);  ///< "F32", "F16", "BF16"

/// Numbers that a file does not hold as they are needed: quantised blocks, or rows in another order.
struct DeferredData {
    std::string storedType;                   ///< as the file calls it, e.g. "Q4_1"
    std::span<const std::byte> stored;        ///< what the file holds; kept alive by the tensor's owner
    std::function<void(std::byte* to)> fill;  ///< writes all bytes of the tensor, in its dtype and row-major
};

/// A named block of numbers somewhere in memory (usually a mapped file), row-major.
struct TensorData {
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    const std::byte* data = nullptr;         ///< may be unaligned; null exactly when deferred is there
    std::shared_ptr<const void> owner = {};  ///< keeps data alive
    std::shared_ptr<const DeferredData> deferred = {};

    std::int64_t count() const;  ///< number of elements
    std::size_t bytes() const { return static_cast<std::size_t>(count()) * dtypeBytes(dtype); }
    std::size_t storedBytes() const { return deferred ? deferred->stored.size() : bytes(); }  ///< in the file
    /// Itself when its data is there; otherwise a copy whose data has been made in fresh memory.
    TensorData inMemory() const;
};

}  // namespace lorashear
