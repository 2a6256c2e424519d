#pragma once

#include <functional>
#include <memory>
#include <vector>

namespace at {
class Tensor;
}

namespace lorashear {

class CausalLM;
struct InputStatistics;

/// Watches what every linear reads while it lives, beside whoever watches already; hands the statistics over when finished. For who runs the
/// model anyway; else collectStatistics().
class InputWatch {
public:
    InputWatch(CausalLM& model, bool gradients);
    ~InputWatch();
    InputWatch(const InputWatch&) = delete;
    InputWatch& operator=(const InputWatch&) = delete;

    void handOver();

private:
    CausalLM& m_model;
    std::vector<std::function<void(const at::Tensor&, const at::Tensor&)>> m_before;
    std::vector<std::shared_ptr<InputStatistics>> m_statistics;
};

}  // namespace lorashear
