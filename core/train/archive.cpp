#include "core/train/archive.h"

#include "core/base/error.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace lorashear {

namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
    throw Error(ErrorCode::BadInput, "checkpoint", name + " " + what,
                "The checkpoint belongs to another recipe or another version; start the run afresh.");
}

}  // namespace

void Archive::put(const std::string& name, const at::Tensor& tensor) {
    at::NoGradGuard guard;
    tensors[name] = tensor.detach().to(at::kCPU, tensor.scalar_type(), /*non_blocking=*/false, /*copy=*/true).contiguous();
}

const at::Tensor& Archive::tensor(const std::string& name) const {
    const auto found = tensors.find(name);
    if (found == tensors.end()) refuse(name, "is missing");
    return found->second;
}

void Archive::restore(const std::string& name, const at::Tensor& into) const {
    at::NoGradGuard guard;
    const auto& stored = tensor(name);
    if (stored.sizes() != into.sizes()) refuse(name, "has another shape than the model at hand");
    into.copy_(stored);
}

const nlohmann::json& Archive::value(const std::string& name) const {
    const auto found = values.find(name);
    if (found == values.end()) refuse(name, "is missing");
    return *found;
}

}  // namespace lorashear
