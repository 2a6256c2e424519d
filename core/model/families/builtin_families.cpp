#include "core/model/families/builtin_families.h"

namespace lorashear {

const std::vector<Family>& families() {
    static const std::vector<Family> kTable = {
        llamaFamily(),   mistralFamily(), qwen2Family(), qwen3Family(),   gemma2Family(),   gemma3Family(), phi3Family(),
        gptNeoxFamily(), gpt2Family(),    optFamily(),   mixtralFamily(), qwen3MoeFamily(), olmoeFamily(),
    };
    return kTable;
}

}  // namespace lorashear
