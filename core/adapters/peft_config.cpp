#include "core/adapters/peft_config.h"

#include "core/base/error.h"
#include "core/io/strict_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace lorashear {

namespace {

using nlohmann::ordered_json;  // the order of patterns decides which one counts

struct Refusal {
    const char *key, *what;
};

/// Keys whose value, unless it is absent, null, false or empty, makes an adapter something else than plain LoRA.
constexpr std::array<Refusal, 13> kRefused{{
    {"use_dora", "DoRA (weight-decomposed adapters)"},
    {"modules_to_save", "whole modules trained beside the adapter"},
    {"trainable_token_indices", "trained token embeddings"},
    {"target_parameters", "adapters on bare parameters"},
    {"lora_bias", "biases inside the adapter"},
    {"layer_replication", "replicated layers"},
    {"use_qalora", "QA-LoRA"},
    {"alora_invocation_tokens", "activated LoRA"},
    {"megatron_config", "Megatron layers"},
    {"loftq_config", "LoftQ, which changes the base weights"},
    {"corda_config", "CorDA, which changes the base weights"},
    {"arrow_config", "Arrow routing"},
    {"use_bdlora", "block-diagonal LoRA"},
}};

/// Ways of starting an adapter that also change the base weights: without that change the adapter does not fit.
constexpr std::array<const char*, 4> kChangesBase{"pissa", "olora", "corda", "loftq"};

class Reader {
public:
    Reader(const ordered_json& json, std::string subject) : m_json(json), m_subject(std::move(subject)) {}

    const ordered_json* find(const char* key) const {
        const auto found = m_json.find(key);
        return found == m_json.end() || found->is_null() ? nullptr : &*found;
    }
    [[noreturn]] void fail(const std::string& key, const std::string& message) const {
        throw Error(ErrorCode::BadInput, m_subject, "\"" + key + "\" " + message);
    }
    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(ErrorCode::Unsupported, m_subject, "is an adapter with " + what + "; plain LoRA and rsLoRA can be read",
                    "Merge it with PEFT (merge_and_unload) and open the merged model.");
    }
    bool flag(const char* key) const {
        const auto* value = find(key);
        if (value && !value->is_boolean()) fail(key, "must be true or false");
        return value && value->get<bool>();
    }
    double number(const char* key, double fallback) const {
        const auto* value = find(key);
        if (!value) return fallback;
        if (!value->is_number() || !std::isfinite(value->get<double>())) fail(key, "must be a number");
        return value->get<double>();
    }
    int rank(const ordered_json& value, const std::string& key) const {
        if (!value.is_number_integer() || value.get<std::int64_t>() < 1 || value.get<std::int64_t>() > 65536)
            fail(key, "must be a whole number from 1");
        return value.get<int>();
    }
    std::vector<std::string> names(const ordered_json& value, const char* key) const {
        std::vector<std::string> result;
        for (const auto& name : value) {
            if (!name.is_string()) fail(key, "must be a list of texts or one text");
            result.push_back(name.get<std::string>());
        }
        return result;
    }
    ModuleChoice choice(const char* key) const {
        const auto* value = find(key);
        ModuleChoice result;
        if (!value) return result;
        if (value->is_string())
            result.pattern = ModulePattern(value->get<std::string>(), m_subject + ", " + key);
        else if (value->is_array())
            result.names = names(*value, key);
        else
            fail(key, "must be a list of texts or one text");
        return result;
    }
    std::vector<std::pair<ModulePattern, double>> patterns(const char* key, bool whole) const {
        std::vector<std::pair<ModulePattern, double>> result;
        const auto* value = find(key);
        if (!value) return result;
        if (!value->is_object()) fail(key, "must be an object");
        for (const auto& [pattern, number] : value->items()) {
            if (whole) rank(number, key);
            if (!number.is_number()) fail(key, "must hold numbers");
            result.emplace_back(ModulePattern("(?:.*\\.)?(?:" + pattern + ")", m_subject + ", " + key),
                                number.get<double>());
        }
        return result;
    }
    const std::string& subject() const { return m_subject; }

private:
    const ordered_json& m_json;
    std::string m_subject;
};

bool isNothing(const ordered_json& value) {
    return value.is_null() || value == false || ((value.is_array() || value.is_object()) && value.empty());
}

void refuseExotic(const ordered_json& json, const Reader& in) {
    const auto* type = in.find("peft_type");
    if (!type || !type->is_string()) in.fail("peft_type", "is missing: is this the adapter_config.json of a PEFT adapter?");
    if (*type != "LORA") in.refuse("the method " + type->get<std::string>());
    for (const auto& [key, what] : kRefused)
        if (const auto found = json.find(key); found != json.end() && !isNothing(*found))
            in.refuse(std::string(what) + " (" + key + ")");
    if (const auto* bias = in.find("bias"); bias && *bias != "none") in.refuse("trained biases (bias " + bias->dump() + ")");
    if (const auto* start = in.find("init_lora_weights"); start && start->is_string())
        for (const char* name : kChangesBase)
            if (start->get<std::string>().rfind(name, 0) == 0)
                in.refuse("the start " + start->get<std::string>() + ", which changes the base weights");
}

void readLayers(const Reader& in, PeftConfig& config) {
    if (const auto* value = in.find("layers_to_transform")) {
        const auto list = value->is_array() ? *value : ordered_json::array({*value});
        for (const auto& layer : list) {
            if (!layer.is_number_integer() || layer.get<std::int64_t>() < 0)
                in.fail("layers_to_transform", "must be a whole number or a list of them");
            config.layers.push_back(layer.get<int>());
        }
    }
    std::vector<std::string> patterns;
    if (const auto* value = in.find("layers_pattern"))
        patterns =
            value->is_string() ? std::vector<std::string>{value->get<std::string>()} : in.names(*value, "layers_pattern");
    if (patterns.empty()) config.layersPattern.emplace_back(".*\\.[^.]*\\.(\\d+)\\.", in.subject());
    for (const auto& pattern : patterns)
        config.layersPattern.emplace_back(".*\\.(?:" + pattern + ")\\.(\\d+)\\.", in.subject() + ", layers_pattern");
}

template <class T>
T firstOf(const std::vector<std::pair<ModulePattern, double>>& patterns, const std::string& module, T fallback) {
    for (const auto& [pattern, value] : patterns)
        if (pattern.fullMatch(module)) return static_cast<T>(value);
    return fallback;
}

}  // namespace

bool ModuleChoice::matches(const std::string& module) const {
    if (pattern) return pattern->fullMatch(module);
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return module == name ||
               (module.size() > name.size() && module.ends_with(name) && module[module.size() - name.size() - 1] == '.');
    });
}

bool PeftConfig::targeted(const std::string& module) const {
    if (!excluded.empty() && excluded.matches(module)) return false;
    if (targets.pattern) return targets.matches(module);  // a pattern decides alone, as in PEFT
    if (!allLinear && !targets.matches(module)) return false;
    if (layers.empty()) return true;
    for (const auto& pattern : layersPattern)
        if (const auto number = pattern.firstCapture(module); !number.empty())
            return std::find(layers.begin(), layers.end(), std::atoi(number.c_str())) != layers.end();
    return false;
}

int PeftConfig::rankOf(const std::string& module) const {
    return firstOf(rankPattern, module, rank);
}

double PeftConfig::scaleOf(const std::string& module) const {
    const double r = rankOf(module), a = firstOf(alphaPattern, module, alpha);
    return rankStabilised ? a / std::sqrt(r) : a / r;
}

PeftConfig parsePeftConfig(const std::string& text, const std::string& subject) {
    parseStrictJson(text, subject);
    const auto json = ordered_json::parse(text);  // of patterns the first that fits counts
    if (!json.is_object()) throw Error(ErrorCode::BadInput, subject, "is not a JSON object");
    const Reader in(json, subject);
    refuseExotic(json, in);
    PeftConfig config;
    if (const auto* base = in.find("base_model_name_or_path"); base && base->is_string())
        config.base = base->get<std::string>();
    if (const auto* rank = in.find("r")) config.rank = in.rank(*rank, "r");
    config.alpha = in.number("lora_alpha", 8);
    config.dropout = in.number("lora_dropout", 0);
    config.rankStabilised = in.flag("use_rslora");
    in.flag("fan_in_fan_out");  // says how the base is stored, which the base itself says too; A and B lie the same way
    if (const auto* targets = in.find("target_modules"); targets && targets->is_string() && *targets == "all-linear")
        config.allLinear = true;
    else
        config.targets = in.choice("target_modules");
    if (!config.allLinear && config.targets.empty()) in.fail("target_modules", "is missing or empty");
    config.excluded = in.choice("exclude_modules");
    config.rankPattern = in.patterns("rank_pattern", true);
    config.alphaPattern = in.patterns("alpha_pattern", false);
    readLayers(in, config);
    return config;
}

}  // namespace lorashear
