#include "core/knowledge/block_inputs.h"

namespace lorashear {

bool BlockInputs::begin(std::size_t batch, const at::Tensor& first, std::size_t blocks) {
    const std::size_t bytes = first.nbytes() * blocks;
    if (bytes > m_most - m_used) return false;
    m_used += bytes;
    m_claimed[batch] = bytes;
    m_kept[batch].reserve(blocks);
    return true;
}

void BlockInputs::add(std::size_t batch, const at::Tensor& entering) {
    m_kept[batch].push_back(entering);
}

const std::vector<at::Tensor>* BlockInputs::of(std::size_t batch) const {
    const auto found = m_kept.find(batch);
    return found == m_kept.end() ? nullptr : &found->second;
}

void BlockInputs::drop(std::size_t batch) {
    m_kept.erase(batch);
    if (const auto claimed = m_claimed.extract(batch)) m_used -= claimed.mapped();
}

}  // namespace lorashear
