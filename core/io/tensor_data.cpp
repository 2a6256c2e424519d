#include "core/io/tensor_data.h"

namespace lorashear {

std::size_t dtypeBytes(DType dtype) {
    return dtype == DType::F32 ? 4 : 2;
}

const char* dtypeName(DType dtype) {
    switch (dtype) {
        case DType::F32: return "F32";
        case DType::F16: return "F16";
        case DType::BF16: return "BF16";
    }
    return "?";
}

std::int64_t TensorData::count() const {
    std::int64_t product = 1;
    for (const std::int64_t size : shape) product *= size;
    return product;
}

TensorData TensorData::inMemory() const {
    if (!deferred) return *this;
    auto memory = std::make_shared_for_overwrite<std::byte[]>(bytes());
    deferred->fill(memory.get());
    return {name, dtype, shape, memory.get(), memory};
}

}  // namespace lorashear
