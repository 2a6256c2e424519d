#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lorashear::trace {

/// What a known tensor is to the model.
enum class Role {
    None,       ///< not a parameter: an activation or a constant
    Base,       ///< a tensor of the checkpoint
    LoraA,      ///< down-projection of an adapter
    LoraB,      ///< up-projection of an adapter
    Companion,  ///< a row scale or mask: follows its linear
};

/// One tensor of a recorded forward pass. Tensors are values: an operator that writes in place makes a new one.
struct Value {
    std::vector<std::int64_t> shape;
    std::string parameter;  ///< checkpoint or adapter tensor name; empty: not a parameter
    Role role = Role::None;
    bool input = false;  ///< the token ids
};

/// One argument of an operator call, by its name in the operator's schema.
struct Argument {
    std::string name;
    std::vector<int> tensors;        ///< ids of values: one for a tensor, any number for a list of tensors
    std::vector<std::int64_t> ints;  ///< an integer, a boolean or a list of integers
    double number = 0;               ///< a floating point number, or the integer again
    bool given = false;              ///< false: None
};

/// One operator call, outermost level, in order of execution.
struct Call {
    std::string op;     ///< "aten::add", without overload and without the underscore of in-place forms
    std::string scope;  ///< module path that was current
    std::vector<Argument> arguments;
    std::vector<int> outputs;    ///< ids of values
    std::vector<int> clobbered;  ///< values whose memory this call wrote into behind their back (in-place through a view)

    const Argument* argument(const std::string& name) const;
    int tensor(const std::string& name) const;  ///< -1: absent
    std::int64_t integer(const std::string& name, std::int64_t fallback) const;
    std::vector<int> tensors() const;  ///< of all arguments, in order
};

/// What a tracer hands to the analysis, whichever way it watched the forward pass. Free of LibTorch.
struct Recording {
    std::vector<Value> values;
    std::vector<Call> calls;
    std::vector<int> outputs;  ///< the logits
};

}  // namespace lorashear::trace
