#include "core/model/families/builtin_families.h"
#include "core/model/rms_decoder.h"

namespace lorashear {

Family mistralFamily() {
    return rmsDecoder("mistral", {}, [](const nlohmann::json& json, const std::string& subject) {
        const ConfigReader in(json, subject);
        auto c = decoderConfig(in);
        const int window = static_cast<int>(in.numberOrNone("sliding_window", 4096));
        if (window > 0) c.attention.windows.assign(c.layers.size(), window);
        return c;
    });
}

}  // namespace lorashear
