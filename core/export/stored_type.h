#pragma once

#include <memory>
#include <string>

namespace lorashear {

class CausalLM;
class Checkpoint;

/// The type that a model's weights were rounded to when they were stored, as the files tell.
struct StoredType {
    std::string dtype;          ///< as exports name it: "BF16", "Q4_0"; empty: what no export writes so
    std::string words;          ///< the same for people, what no export writes included: "Q5_K, Q6_K"
    bool wholeVectors = false;  ///< of a folder: some vectors are F32, as the type "source" leaves them beside halves
    bool inGguf = false;
};

StoredType storedTypeOf(const Checkpoint& checkpoint);

/// `model` as an export of it in that type holds it; factored linears are multiplied out unless `factored` (in GGUF always). Null: no export
/// writes the type, or not of this model.
std::unique_ptr<CausalLM> roundedAs(const StoredType& type, const CausalLM& model, bool factored);

}  // namespace lorashear
