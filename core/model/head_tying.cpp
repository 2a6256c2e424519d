#include "core/model/head_tying.h"

#include "core/io/checkpoint.h"
#include "core/io/mapped_file.h"
#include "core/model/family.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>

namespace lorashear {

namespace {

constexpr std::size_t kCompared = std::size_t{1} << 20;  ///< numbers compared at a time

at::Tensor numbers(const TensorData& data, std::size_t from, std::size_t count) {
    const auto type = data.dtype == DType::F32 ? at::kFloat : data.dtype == DType::F16 ? at::kHalf : at::kBFloat16;
    auto piece = at::empty({static_cast<std::int64_t>(count)}, at::TensorOptions().dtype(type));
    std::memcpy(piece.data_ptr(), data.data + from * dtypeBytes(data.dtype), count * dtypeBytes(data.dtype));
    return piece.to(at::kFloat);
}

bool equal(const TensorData& a, const TensorData& b) {
    if (a.shape != b.shape) return false;
    const TensorData x = a.inMemory(), y = b.inMemory();
    if (x.dtype == y.dtype) return std::memcmp(x.data, y.data, x.bytes()) == 0;
    const auto count = static_cast<std::size_t>(x.count());
    for (std::size_t at = 0; at < count; at += kCompared) {
        const auto piece = std::min(kCompared, count - at);
        if (!at::equal(numbers(x, at, piece), numbers(y, at, piece))) return false;
    }
    return true;
}

}  // namespace

bool hasOwnHead(const Checkpoint& checkpoint, const Family& family, const ModelConfig& config) {
    const auto head = checkpoint.tensors().find(family.head);
    if (head == checkpoint.tensors().end()) return false;
    const auto tensors = modelTensors(family, config, checkpoint);
    const auto embedding = tensors.find(family.embedding);
    return embedding != tensors.end() && !equal(embedding->second, head->second);
}

}  // namespace lorashear
