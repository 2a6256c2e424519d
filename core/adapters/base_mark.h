#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lorashear {

class CausalLM;

/// What tells one base model from another, small enough to travel in an adapter: sizes, and two numbers for each weight.
struct BaseMark {
    struct Tensor {
        std::string type;  ///< as stored, "F32"
        std::vector<std::int64_t> shape;
        double projection = 0, norm = 0;  ///< u^T W v for signs u, v drawn from the tensor's name; Frobenius norm
    };
    std::string name, family;
    int layers = 0;
    std::int64_t parameters = 0;
    std::map<std::string, Tensor> tensors;

    std::string describe() const;  ///< "pruned" (llama, 5 layers, 208000 parameters)
};

/// Reads every weight once.
BaseMark markOf(const CausalLM& model, const std::string& name);

std::string markText(const BaseMark& mark);                               ///< one line of JSON
BaseMark parseMark(const std::string& text, const std::string& subject);  ///< Error(BadInput)

/// Error(BadInput) naming both models unless `model` is the marked one: same layers, shapes and weights. Weights stored in another
/// type may differ by that type's rounding.
void requireMarked(const BaseMark& mark, const CausalLM& model, const std::string& subject);

}  // namespace lorashear
