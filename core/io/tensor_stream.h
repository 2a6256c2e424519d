#pragma once

#include "core/io/tensor_data.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace lorashear {

/// A tensor that is made when it is written: a model of any size goes to the disk with one tensor in memory at a time.
struct LazyTensor {
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    std::function<TensorData()> load;  ///< its dtype and shape are those above; called once

    std::uint64_t bytes() const;
};

LazyTensor lazily(TensorData data);

/// One file, byte for byte as the reference writer lays it out (see writeSafetensors). Atomic.
void writeSafetensors(const std::filesystem::path& path, std::span<const LazyTensor> tensors,
                      std::map<std::string, std::string> metadata = {{"format", "pt"}});

/// model.safetensors, or, if all would be more than maxShardBytes, shards model-00001-of-0000N.safetensors with
/// model.safetensors.index.json. Tensors go to shards in the order given; one larger than a shard gets its own.
void writeShards(const std::filesystem::path& folder, const std::vector<LazyTensor>& tensors, std::uint64_t maxShardBytes);

}  // namespace lorashear
