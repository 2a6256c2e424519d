#include "core/knowledge/saliency_proxies.h"

namespace lorashear {

const std::vector<SaliencyProxy>& saliencyProxies() {
    static const std::vector<SaliencyProxy> table = {
        {"magnitude", "||W_g||, the norm of the group's rows", false, false, false},
        {"avg_magnitude", "||W_g|| / elements of W_g", false, false, false},
        {"cosine_similarity", "cos(W_g, (BA)_g) + 1: low where training already shrinks the rows", false, false, true},
        {"taylor_first_order", "|<W_g, (BA)_g>|, with BA in place of the negative gradient", false, false, true},
        {"taylor_second_order", "<W_g, (BA)_g>^2 / 2", false, false, true},
        {"activation", "sum over the columns that consumers read of E|x_c| ||W_c||", true, false, false},
        {"activation_square", "root of the sum over the columns that consumers read of E[x_c^2] ||W_c||^2", true, false,
         false},
        {"gate_taylor", "|dL/dz| of a gate z on the group's output: the loss that first order expects", true, true, false},
        {"fisher", "sum over columns and sequences of (dL/dz_c)^2 of gates z_c: the second-order loss", true, true, false},
    };
    return table;
}

std::vector<std::string> saliencyProxyIds() {
    std::vector<std::string> ids;
    for (const SaliencyProxy& proxy : saliencyProxies()) ids.push_back(proxy.id);
    return ids;
}

}  // namespace lorashear
