#include "core/model/device.h"

#include "core/base/error.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <dlfcn.h>

namespace lorashear {

namespace fs = std::filesystem;

fs::path libTorchFolder() {
    Dl_info info{};
    const auto* address = reinterpret_cast<const void*>(&at::globalContext);
    if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return {};
    std::error_code ignored;
    const fs::path real = fs::canonical(info.dli_fname, ignored);
    return (ignored ? fs::path(info.dli_fname) : real).parent_path();
}

std::string cudaProblem() {
    // Once: the hooks that say whether there is a device are made at the first question and never again.
    static const std::string problem = [] {
        const fs::path library = libTorchFolder() / "libtorch_cuda.so";
        std::error_code ignored;
        if (!fs::exists(library, ignored)) return library.string() + " is not there";
        if (dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) return std::string(dlerror());
        return at::hasCUDA() ? std::string() : std::string("no CUDA device answers");
    }();
    return problem;
}

void requireDevice(const std::string& device) {
    if (device == "cpu") return;
    const auto number = device.rfind("cuda:", 0) == 0 ? device.substr(5) : std::string("0");
    const bool digits = !number.empty() && number.size() < 4 && number.find_first_not_of("0123456789") == std::string::npos;
    if (device != "cuda" && (device.rfind("cuda:", 0) != 0 || !digits))
        throw Error(ErrorCode::BadInput, "device", "\"" + device + "\" is not a device", "Give cpu, cuda or cuda:N.");
    if (const auto problem = cudaProblem(); !problem.empty())
        throw Error(ErrorCode::Unsupported, "device", "\"" + device + "\" cannot be used: " + problem,
                    "set up with packaging/setup.sh --cuda, or use \"cpu\"");
    const int devices = at::detail::getCUDAHooks().deviceCount();
    if (std::stoi(number) >= devices)
        throw Error(ErrorCode::Unsupported, "device",
                    "\"" + device + "\" cannot be used: there are " + std::to_string(devices) + " CUDA devices",
                    "Numbers begin at 0.");
}

}  // namespace lorashear
