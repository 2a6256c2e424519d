#include "core/model/leftover_keys.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

using nlohmann::json;

json sourceOf(const ModelConfig& config) {
    json parsed = json::parse(config.source, nullptr, false);
    return parsed.is_object() ? parsed : json::object();
}

/// The method of quantization_config; empty: there is none.
std::string quantiser(const json& config) {
    const auto block = config.find("quantization_config");
    if (block == config.end() || !block->is_object() || block->empty()) return {};
    const auto method = block->find("quant_method");
    return method != block->end() && method->is_string() ? method->get<std::string>() : "an unnamed method";
}

/// A file of Python that auto_map names and that is not in the folder; empty: there is none.
std::string missingCode(const json& config, const fs::path& folder) {
    const auto map = config.find("auto_map");
    if (map == config.end() || !map->is_object()) return {};
    for (const auto& [key, value] : map->items()) {
        if (!value.is_string()) continue;
        const auto name = value.get<std::string>();
        const auto dot = name.find('.');
        if (dot == std::string::npos || name.find("--") != std::string::npos)
            continue;  // "owner/name--file.Class" lies elsewhere
        const std::string file = name.substr(0, dot) + ".py";
        std::error_code ignored;
        if (file.find('/') == std::string::npos && !fs::exists(folder / file, ignored)) return file;
    }
    return {};
}

}  // namespace

void dropLeftoverKeys(nlohmann::ordered_json& config) {
    for (const char* key : {"quantization_config", "_pre_quantization_dtype", "compression_config", "auto_map"})
        config.erase(key);
}

std::vector<std::string> leftoverNotes(const ModelConfig& config, const fs::path& folder) {
    std::vector<std::string> notes;
    const json source = sourceOf(config);
    if (const auto method = quantiser(source); !method.empty())
        notes.push_back("config.json asks for weights quantised by " + method +
                        ", but they are plain: it is not what was saved, and exports leave that key out");
    if (const auto file = missingCode(source, folder); !file.empty())
        notes.push_back("config.json names code of its own that is not here (" + file +
                        "): programs that are told to trust it do not open the folder; exports leave that key out");
    return notes;
}

std::string leftoverInTheWay(const ModelConfig& config) {
    const auto method = quantiser(sourceOf(config));
    return method.empty() ? "" : "config.json asks for weights quantised by " + method + ", but they are plain";
}

void refuseQuantised(const ModelConfig& config, const std::string& subject) {
    const auto method = quantiser(sourceOf(config));
    if (method.empty()) return;
    throw Error(ErrorCode::Unsupported, subject,
                "the weights are quantised by " + method + " (quantization_config in config.json), which is not read here",
                "Take the model that was quantised, in F32, BF16 or F16, or a GGUF file of it.");
}

}  // namespace lorashear
