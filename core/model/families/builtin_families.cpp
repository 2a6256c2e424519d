#include "core/model/families/llama.h"

namespace lorashear {

const std::vector<Family>& families() {
    static const std::vector<Family> kTable = {
        llamaFamily(),
    };
    return kTable;
}

}  // namespace lorashear
