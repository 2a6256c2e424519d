#pragma once

#include "core/model/config.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

namespace lorashear {

/// Typed access to config.json for families; every error names file and key.
class ConfigReader {
public:
    ConfigReader(const nlohmann::json& json, std::string subject) : m_json(json), m_subject(std::move(subject)) {}

    int positive(const char* key) const;                ///< required
    int positive(const char* key, int fallback) const;  ///< absent or null: fallback
    double number(const char* key, double fallback) const;
    bool flag(const char* key, bool fallback) const;
    void requireText(const char* key, const char* only) const;  ///< absent is fine; another value is Error(Unsupported)

    /// num_hidden_layers blocks from num_attention_heads, num_key_value_heads (absent: = heads) and intermediate_size, each a
    /// number or a list with one entry per layer.
    std::vector<LayerShape> layers() const;
    /// rope_theta at the top level or inside rope_parameters; a scaling other than "default" is Error(Unsupported).
    double ropeTheta() const;

private:
    const nlohmann::json* find(const char* key) const;
    int layerValue(const char* key, std::size_t layer, std::size_t layers, int fallback) const;
    [[noreturn]] void fail(const char* key, const std::string& message) const;

    const nlohmann::json& m_json;
    std::string m_subject;
};

/// Writes layer count, head counts, widths (numbers when uniform, lists when not), head_dim.
void describeLayers(const ModelConfig& config, nlohmann::json& json);

}  // namespace lorashear
