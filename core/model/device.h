#pragma once

#include <filesystem>
#include <string>

namespace lorashear {

/// The folder that LibTorch was loaded from; empty when the loader does not say.
std::filesystem::path libTorchFolder();

/// Why CUDA cannot be used here; empty when it can. We link the processor's part only: the first call opens libtorch_cuda when it lies
/// beside libtorch_cpu, and it registers its own kernels.
std::string cudaProblem();

/// device: "cpu", "cuda" or "cuda:N". Error(Unsupported) says what is missing, Error(BadInput) that the word is not a device.
void requireDevice(const std::string& device);

}  // namespace lorashear
