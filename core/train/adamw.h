#pragma once

#include "core/train/archive.h"

#include <string>
#include <utility>
#include <vector>

namespace lorashear {

struct AdamWOptions {
    double learningRate = 1e-4;  ///< > 0
    double beta1 = 0.9, beta2 = 0.999;
    double epsilon = 1e-8;
    double weightDecay = 0;  ///< decoupled
    double clipNorm = 1.0;   ///< global gradient norm; 0: off
};

/// Decoupled AdamW (arXiv 1711.05101), the trajectory of torch.optim.AdamW; state can be sliced, zeroed by rows, saved.
class AdamW {
public:
    struct Parameter {
        std::string name;
        at::Tensor value;          ///< leaf with grad
        at::Tensor first, second;  ///< moments, same shape
    };

    /// Error(Internal) for options that are none.
    AdamW(std::vector<std::pair<std::string, at::Tensor>> parameters, const AdamWOptions& options);

    /// One step with the gradients that are there; clears them. Returns the gradient norm before clipping. Error(Numeric) if it is not finite
    /// (nothing is changed then).
    double step(double learningRate);
    std::vector<Parameter>& parameters() { return m_parameters; }
    Parameter* find(const at::Tensor& value);
    std::int64_t steps() const { return m_steps; }
    /// What clipping will multiply the gradients with that are there, 1 where it does nothing; not finite if they are not.
    double clipFactor() const { return clipFactor(gradientNorm()); }

    /// Rows [begin, begin + length) of a parameter forget their history: both moments become zero. Nothing happens to values of tensors that are
    /// not optimised.
    void forgetRows(const at::Tensor& value, std::int64_t begin, std::int64_t length);
    /// A parameter was cut: `sliced` takes the place of `value`, and the moments keep the same indices of dimension dim.
    void replaceSliced(const at::Tensor& value, const at::Tensor& sliced, int dim, const std::vector<std::int64_t>& kept);

    void save(Archive& archive, const std::string& prefix) const;
    void load(const Archive& archive, const std::string& prefix);

private:
    double gradientNorm() const;
    double clipFactor(double norm) const;

    std::vector<Parameter> m_parameters;
    AdamWOptions m_options;
    std::int64_t m_steps = 0;
};

}  // namespace lorashear
