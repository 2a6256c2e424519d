#include "core/model/families/builtin_families.h"
#include "core/model/rms_decoder.h"

namespace lorashear {

Family ministralFamily() {
    return rmsDecoder("ministral", {}, [](const nlohmann::json& json, const std::string& subject) {
        const ConfigReader in(json, subject);
        auto c = decoderConfig(in);
        const int window = static_cast<int>(in.numberOrNone("sliding_window", 4096));
        c.attention.windows = in.windows(c.layers.size(), window, [&](std::size_t) { return window > 0; });
        return c;
    });
}

}  // namespace lorashear
