#pragma once

#include "core/base/random.h"
#include "core/io/atomic_file.h"
#include "core/io/tensor_stream.h"
#include "core/model/family.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

/// Tiny checkpoints on the disk that programs open like any other: random configurations, random numbers, the bundled model's tokenizer.
namespace lorashear::testing {

/// A Llama with grouped queries, drawn by the seed: two or three blocks, two to four KV heads with two to seven query heads each, odd MLPs, with or
/// without biases and a head of its own. Its heads need not add up to its width.
inline nlohmann::json groupedQueryConfig(std::uint64_t seed) {
    Random random(seed, "configuration");
    const auto between = [&](int least, int most) {
        return least + static_cast<int>(random.below(static_cast<std::uint64_t>(most - least + 1)));
    };
    const int kvHeads = between(2, 4), repeat = between(2, 7);
    return {{"model_type", "llama"},
            {"vocab_size", 512},
            {"hidden_size", between(32, 48)},
            {"num_hidden_layers", between(2, 3)},
            {"num_attention_heads", kvHeads * repeat},
            {"num_key_value_heads", kvHeads},
            {"head_dim", 2 * between(2, 4)},
            {"intermediate_size", 2 * between(12, 20) + 1},
            {"max_position_embeddings", 128},
            {"attention_bias", between(0, 1) == 1},
            {"mlp_bias", between(0, 1) == 1},
            {"tie_word_embeddings", between(0, 1) == 1}};
}

/// Experts in two of three blocks, an ordinary MLP in the one between, grouped queries.
inline nlohmann::json expertsConfig() {
    return {{"model_type", "qwen3_moe"},
            {"vocab_size", 512},
            {"hidden_size", 36},
            {"num_hidden_layers", 3},
            {"num_attention_heads", 6},
            {"num_key_value_heads", 2},
            {"head_dim", 6},
            {"intermediate_size", 27},
            {"max_position_embeddings", 128},
            {"num_experts", 4},
            {"num_experts_per_tok", 2},
            {"moe_intermediate_size", 13},
            {"norm_topk_prob", true},
            {"mlp_only_layers", {1}}};
}

/// Gains of norms are one, everything else normal with a deviation that keeps the size of what goes through.
inline TensorData randomTensor(const std::string& name, const std::vector<std::int64_t>& shape, std::uint64_t seed) {
    TensorData data{name, DType::F32, shape, nullptr, nullptr};
    auto numbers = std::make_shared<std::vector<float>>(static_cast<std::size_t>(data.count()), 1.0F);
    const bool gain = name.find("norm") != std::string::npos;
    const double size = shape.size() == 1 ? 0.1 : 1 / std::sqrt(static_cast<double>(shape.back()));
    Random random(seed, name);
    if (!gain)
        for (float& number : *numbers) number = static_cast<float>(size * random.normal());
    data.data = reinterpret_cast<const std::byte*>(numbers->data());
    data.owner = numbers;
    return data;
}

inline void writeRandomCheckpoint(const std::filesystem::path& folder, const nlohmann::json& config, std::uint64_t seed) {
    const std::filesystem::path bundled = std::filesystem::path(LORASHEAR_SOURCE_DIR) / "resources/models/stories260K";
    std::filesystem::create_directories(folder);
    for (const char* file : {"tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json"})
        std::filesystem::copy_file(bundled / file, folder / file);
    writeFile(folder / "config.json", config.dump(2));
    const ModelConfig parsed = parseConfig(config.dump(), "config.json");
    std::vector<LazyTensor> tensors;
    for (const auto& [name, shape] : familyOf(parsed.family, "config.json").shapes(parsed))
        tensors.push_back(lazily(randomTensor(name, shape, seed)));
    writeShards(folder, tensors, 1u << 30);
}

}  // namespace lorashear::testing
