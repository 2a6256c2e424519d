#include "core/model/families/builtin_families.h"
#include "core/model/rms_decoder.h"

namespace lorashear {

Family mistralFamily() {
    auto family = rmsDecoder("mistral", {}, [](const nlohmann::json& json, const std::string& subject) {
        const ConfigReader in(json, subject);
        auto c = decoderConfig(in);
        c.attention.windows = in.sameWindows(c.layers.size(), 4096);
        return c;
    });
    for (auto& prefix : partPrefixes()) family.otherPrefixes.push_back(std::move(prefix));
    return family;
}

}  // namespace lorashear
