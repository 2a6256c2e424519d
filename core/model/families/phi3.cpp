#include "core/model/families/builtin_families.h"
#include "core/model/rms_decoder.h"

namespace lorashear {

Family phi3Family() {
    DecoderStyle style;
    style.fusedProjections = true;
    return rmsDecoder("phi3", style, [](const nlohmann::json& json, const std::string& subject) {
        const ConfigReader in(json, subject);
        auto c = decoderConfig(in, 1e-5);
        const int window = static_cast<int>(in.numberOrNone("sliding_window", 0));
        if (window > 0) c.attention.windows.assign(c.layers.size(), window);
        return c;
    });
}

}  // namespace lorashear
