#include "core/model/families/builtin_families.h"
#include "core/model/rms_decoder.h"

#include <nlohmann/json.hpp>

namespace lorashear {

namespace {

/// Phi-3's first files called longrope "su" or "yarn"; its configuration class has 4096 positions of first training where the file says none.
nlohmann::json spelled(nlohmann::json json) {
    for (const char* key : {"rope_scaling", "rope_parameters"}) {
        if (!json.contains(key) || !json[key].is_object()) continue;
        for (const char* type : {"type", "rope_type"})
            if (json[key].contains(type) && (json[key][type] == "yarn" || json[key][type] == "su"))
                json[key][type] = "longrope";
    }
    if (!json.contains("original_max_position_embeddings")) json["original_max_position_embeddings"] = 4096;
    return json;
}

}  // namespace

Family phi3Family() {
    DecoderStyle style;
    style.fusedQueries = style.fusedGates = true;
    return rmsDecoder("phi3", style, [](const nlohmann::json& json, const std::string& subject) {
        const auto all = spelled(json);
        const ConfigReader in(all, subject);
        auto c = decoderConfig(in, 1e-5);
        c.attention.windows = in.sameWindows(c.layers.size());
        return c;
    });
}

}  // namespace lorashear
