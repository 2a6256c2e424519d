#include "core/io/gguf_origin.h"

#include "core/io/atomic_file.h"
#include "core/io/gguf.h"
#include "core/io/gguf_writer.h"
#include "core/io/strict_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>

namespace lorashear {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

namespace {

struct Setting {
    std::string_view gguf, generation;
    bool whole;
};
constexpr std::array<Setting, 5> kSampling{{
    {"general.sampling.temp", "temperature", false},
    {"general.sampling.top_k", "top_k", true},
    {"general.sampling.top_p", "top_p", false},
    {"general.sampling.min_p", "min_p", false},
    {"general.sampling.penalty_repeat", "repetition_penalty", false},
}};

constexpr std::array<std::string_view, 8> kCarried{"general.sampling.",   "general.license",      "general.author",
                                                   "general.base_model.", "general.organization", "general.languages",
                                                   "general.tags",        "general.source."};

/// A float32 in its shortest decimal spelling.
double shortest(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.7g", value);
    double rounded = value;
    std::from_chars(text, text + std::strlen(text), rounded);
    return rounded;
}

}  // namespace

void writeGgufOrigin(GgufWriter& writer, const fs::path& source) {
    if (const fs::path path = ggufFileAt(source); !path.empty()) {
        const auto file = GgufFile::open(path);
        for (const auto& [key, value] : file->values()) {
            const auto begins = [&key = key](std::string_view prefix) { return key.starts_with(prefix); };
            if (std::any_of(kCarried.begin(), kCarried.end(), begins)) writer.copy(key, value);
        }
        return;
    }
    std::error_code ignored;
    const fs::path settings = source / "generation_config.json";
    if (!fs::exists(settings, ignored)) return;
    const auto json = parseStrictJson(readFile(settings), settings.string());
    if (!json.is_object() || json.value("do_sample", nlohmann::json()) == false) return;  // llama.cpp would sample by them
    for (const Setting& setting : kSampling) {
        const auto found = json.find(setting.generation);
        if (found == json.end() || !found->is_number()) continue;
        if (setting.whole && found->is_number_integer())
            writer.signedInteger(std::string(setting.gguf), found->get<std::int32_t>());
        else if (!setting.whole)
            writer.number(std::string(setting.gguf), found->get<float>());
    }
}

std::string ggufGenerationConfig(const GgufFile& file) {
    ordered_json config = ordered_json::object();
    const auto token = [&](const char* name) -> std::int64_t {
        const auto id = file.integer(std::string("tokenizer.ggml.") + name);
        return id && *id >= 0 && *id < 0xffffffff ? *id : -1;
    };
    if (const auto bos = token("bos_token_id"); bos >= 0) config["bos_token_id"] = bos;
    const auto eos = token("eos_token_id"), turn = token("eot_token_id");
    if (eos >= 0 && turn >= 0 && turn != eos)
        config["eos_token_id"] = {eos, turn};
    else if (eos >= 0)
        config["eos_token_id"] = eos;
    if (const auto padding = token("padding_token_id"); padding >= 0) config["pad_token_id"] = padding;
    for (const Setting& setting : kSampling) {
        const std::string key(setting.gguf), name(setting.generation);
        if (!file.has(key)) continue;
        config["do_sample"] = true;
        if (setting.whole)
            config[name] = *file.integer(key);
        else
            config[name] = shortest(*file.number(key));
    }
    return config.dump(2) + "\n";
}

}  // namespace lorashear
