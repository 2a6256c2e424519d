#pragma once

#include "core/model/linear.h"

#include <functional>
#include <utility>

namespace lorashear {

/// Shows one linear's inputs and outputs while it lives, beside whoever watches already.
class OutputWatch {
public:
    OutputWatch(Linear& linear, std::function<void(const at::Tensor&, const at::Tensor&)> look)
        : m_linear(linear), m_before(linear.observer) {
        linear.observer = [before = m_before, look = std::move(look)](const at::Tensor& x, const at::Tensor& y) {
            if (before) before(x, y);
            look(x, y);
        };
    }
    ~OutputWatch() { m_linear.observer = std::move(m_before); }
    OutputWatch(const OutputWatch&) = delete;
    OutputWatch& operator=(const OutputWatch&) = delete;

private:
    Linear& m_linear;
    std::function<void(const at::Tensor&, const at::Tensor&)> m_before;
};

}  // namespace lorashear
