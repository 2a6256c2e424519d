#include "core/io/tensor_stream.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace lorashear {

namespace {

std::string shardName(std::size_t index, std::size_t count) {
    char name[64];
    std::snprintf(name, sizeof name, "model-%05zu-of-%05zu.safetensors", index + 1, count);
    return name;
}

}  // namespace

std::uint64_t LazyTensor::bytes() const {
    std::uint64_t count = dtypeBytes(dtype);
    for (const auto size : shape) count *= static_cast<std::uint64_t>(size);
    return count;
}

LazyTensor lazily(TensorData data) {
    LazyTensor lazy{data.name, data.dtype, data.shape, {}};
    lazy.load = [data = std::move(data)] { return data; };
    return lazy;
}

void writeShards(const std::filesystem::path& folder, const std::vector<LazyTensor>& tensors, std::uint64_t maxShardBytes) {
    std::vector<std::vector<LazyTensor>> shards(1);
    std::uint64_t total = 0, inShard = 0;
    for (const auto& tensor : tensors) {
        if (inShard > 0 && inShard + tensor.bytes() > maxShardBytes) {
            shards.emplace_back();
            inShard = 0;
        }
        shards.back().push_back(tensor);
        inShard += tensor.bytes();
        total += tensor.bytes();
    }
    if (shards.size() == 1) return writeSafetensors(folder / "model.safetensors", shards.front());
    nlohmann::json map = nlohmann::json::object();
    for (std::size_t i = 0; i < shards.size(); ++i) {
        const std::string name = shardName(i, shards.size());
        writeSafetensors(folder / name, shards[i]);
        for (const auto& tensor : shards[i]) map[tensor.name] = name;
    }
    const nlohmann::json index = {{"metadata", {{"total_size", total}}}, {"weight_map", map}};
    writeFile(folder / "model.safetensors.index.json", index.dump(2) + "\n");
}

}  // namespace lorashear
