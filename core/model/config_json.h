#pragma once

#include "core/model/config.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>

namespace lorashear {

/// Where a family's config.json keeps the sizes of its blocks; null: it does not say.
struct LayerKeys {
    const char* count = "num_hidden_layers";
    const char* heads = "num_attention_heads";
    const char* kvHeads = "num_key_value_heads";  ///< null, or absent in the file: as many as heads
    const char* intermediate = "intermediate_size";
    const char* headDim = "head_dim";  ///< written by describeLayers, not read by layers()
};

/// Where it keeps those of routed MLPs.
struct ExpertKeys {
    const char* count = "num_experts";
    const char* otherCount = nullptr;  ///< what other versions of transformers call it; read too, and written beside it
    const char* width = "intermediate_size";
};

/// Lists of the widths of every block's experts, one list per block; read over the keys. Empty: the block's MLP is not routed, or not there.
constexpr const char* kExpertSizesKey = "expert_sizes";

/// Object in config.json with one list per size that differs between layers; read over the plain keys.
constexpr const char* kLayerSizesKey = "lorashear_layers";
/// Object in config.json with one entry per factored linear: its module path to {"rank": r, "blocks": b}; blocks may be absent and is 1 then.
constexpr const char* kFactorsKey = "lorashear_factors";

/// config.json of a model as it is: what its source says, with sizes and factors of today.
nlohmann::json describedConfig(const ModelConfig& config);

/// Typed access to config.json for families; every error names file and key.
class ConfigReader {
public:
    ConfigReader(const nlohmann::json& parsed, std::string subject) : m_json(parsed), m_subject(std::move(subject)) {}

    const std::string& subject() const { return m_subject; }
    int positive(const char* key) const;                ///< required
    int positive(const char* key, int fallback) const;  ///< absent or null: fallback
    double number(const char* key, double fallback) const;
    double aboveZero(const char* key, double fallback) const;
    /// A number that can be switched off: null gives 0, and so does 0; absent gives fallback.
    double numberOrNone(const char* key, double fallback) const;
    bool flag(const char* key, bool fallback) const;
    void requireText(const char* key, const char* only) const;  ///< absent is fine; another value is Error(Unsupported)
    void requireFlag(const char* key, bool only) const;         ///< absent is fine; the other value is Error(Unsupported)
    Activation activation(const char* key, Activation fallback) const;  ///< Error(Unsupported) lists the known ones

    /// Blocks from the keys' head counts and widths, each a number or a list with one entry per layer; a 0 in a list: the layer lacks
    /// that branch. intermediate: width when the file has none (0: it must have).
    std::vector<LayerShape> layers(const LayerKeys& keys = {}, int intermediate = 0) const;

    /// Gives the blocks for which isRouted holds experts in the place of a plain MLP. Error(BadInput) if one has fewer experts than a token uses.
    void route(std::vector<LayerShape>& layers, int expertsPerToken, const ExpertKeys& keys,
               const std::function<bool(std::size_t)>& isRouted) const;
    std::vector<int> integers(const char* key) const;  ///< a list of whole numbers from 0 on; absent: empty

    /// Features of one head: the file's head_dim, else fallback, else (0) hidden / heads of the first block with attention, which must be whole: Error(BadInput) names
    /// both keys. What is computed with it divides by it, so it is never 0.
    int headDim(int hidden, const std::vector<LayerShape>& layers, const char* hiddenKey, const LayerKeys& keys = {},
                int fallback = 0) const;

    /// Rotary positions: rope_parameters (transformers 5), or rope_scaling with rope_theta and partial_rotary_factor beside it
    /// (transformers 4). kind: entry of a rope_parameters that is nested by layer type ("full_attention"), or null;
    /// nestedOnly: what is not in that entry is not about this kind. theta, fraction: where the file does not say.
    /// Error(Unsupported) names a scaling that is none of those of RopeScaling.
    RopeSettings rope(const char* thetaKey = "rope_theta", double theta = 10000, const char* kind = nullptr,
                      bool nestedOnly = false, double fraction = 1) const;
    /// The same window in every block: sliding_window; 0 or null: none.
    std::vector<int> sameWindows(std::size_t layers, int fallback = 0) const;

    /// Error(Unsupported) if an odd number of features of a head would be turned, Error(BadInput) unless these positions can be computed for
    /// heads of this size: LongRope has one factor a pair, Dynamic more than one pair.
    void requirePairs(const RopeSettings& rope, int headDim) const;

    /// One window per block from layer_types, or from slides(layer) where the file has none; empty if no block has one.
    std::vector<int> windows(std::size_t layers, int window, const std::function<bool(std::size_t)>& slides) const;

private:
    const nlohmann::json* find(const char* key) const;
    int layerValue(const char* key, std::size_t layer, std::size_t layers, int fallback) const;
    [[noreturn]] void fail(const char* key, const std::string& message) const;
    [[noreturn]] void unsupported(const char* key, const std::string& message, const std::string& hint = {}) const;
    void readScaling(const char* key, const nlohmann::json& scaling, RopeSettings& rope) const;
    void readAmplitude(RopeSettings& rope) const;
    std::vector<double> factors(const char* key) const;

    const nlohmann::json& m_json;
    std::string m_subject;
};

/// Writes layer count, head counts, widths (numbers when uniform, lists when not), head_dim.
void describeLayers(const ModelConfig& config, nlohmann::json& json, const LayerKeys& keys = {});
/// The same with routed MLPs among them: counts and widths of experts, and their lists where they differ.
void describeRoutedLayers(const ModelConfig& config, nlohmann::json& json, const ExpertKeys& experts);

}  // namespace lorashear
