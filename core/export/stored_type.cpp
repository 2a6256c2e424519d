#include "core/export/stored_type.h"

#include "core/base/error.h"
#include "core/compact/factorise.h"
#include "core/export/gguf_file.h"
#include "core/export/gguf_mixture.h"
#include "core/export/rounding.h"
#include "core/io/checkpoint.h"
#include "core/io/gguf.h"

#include <ATen/core/grad_mode.h>

#include <set>

namespace lorashear {

namespace {

std::string listOf(const std::set<std::string>& names) {
    std::string text;
    for (const auto& name : names) text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

/// Queries or keys that an export scaled keep their digits beside halves.
bool isProjectionOf32(const GgufTensor& tensor) {
    const auto is = [&](const char* stem) { return tensor.name.ends_with(std::string(".") + stem + ".weight"); };
    return tensor.type->name == "F32" && (is("attn_q") || is("attn_k") || is("attn_qkv"));
}

/// By its tensors, whose types decide what is read: general.file_type only says what most of them are.
StoredType storedTypeOf(const GgufFile& file) {
    std::vector<GgufShape> shapes;
    std::vector<const GgmlType*> types;
    std::set<std::string> names;
    for (const GgufTensor& tensor : file.tensors()) {
        shapes.push_back({tensor.name, tensor.shape, isProjectionOf32(tensor)});
        types.push_back(tensor.type);
        if (tensor.shape.size() > 1) names.insert(std::string(tensor.type->name));
    }
    for (const std::string& dtype : ggufDtypes())
        if (ggufMixture(dtype, shapes).types == types) return {dtype, dtype, false, true};
    return {{}, listOf(names), false, true};
}

std::unique_ptr<CausalLM> roundedInFolder(const StoredType& type, const CausalLM& model) {
    auto tensors = model.tensors();
    for (auto& [name, tensor] : tensors) {
        const bool whole = type.wholeVectors && tensor.dim() == 1 && tensor.scalar_type() == at::kFloat;
        tensor = converted(tensor, whole ? at::kFloat : scalarTypeOf(type.dtype), name);
    }
    return buildModel(model.config(), tensors);
}

}  // namespace

StoredType storedTypeOf(const Checkpoint& checkpoint) {
    if (checkpoint.isGguf()) return storedTypeOf(*GgufFile::open(checkpoint.folder()));
    std::set<std::string> matrices;
    bool wholeVector = false;
    for (const auto& [name, data] : checkpoint.tensors()) {
        if (data.shape.size() > 1) matrices.insert(dtypeName(data.dtype));
        wholeVector = wholeVector || (data.shape.size() == 1 && data.dtype == DType::F32);
    }
    const std::string words = listOf(matrices);
    return {matrices.size() == 1 ? words : std::string(), words, wholeVector, false};
}

std::unique_ptr<CausalLM> roundedAs(const StoredType& type, const CausalLM& model, bool factored) {
    at::NoGradGuard guard;
    if (type.dtype.empty()) return nullptr;
    if (!model.config().factors.empty() && (!factored || type.inGguf)) return roundedAs(type, *mergeFactors(model), false);
    try {
        return type.inGguf ? ggufRounded(model, type.dtype) : roundedInFolder(type, model);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Unsupported && error.code() != ErrorCode::Numeric) throw;
        return nullptr;  // such a model is never exported so
    }
}

}  // namespace lorashear
