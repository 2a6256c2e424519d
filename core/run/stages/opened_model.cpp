#include "core/run/stages/opened_model.h"

#include "core/adapters/adapter_folder.h"
#include "core/base/error.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>

#include <dlfcn.h>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

/// We link the processor's part only; the rest registers itself when it is opened.
void requireDevice(const std::string& device) {
    if (device == "cpu") return;
    static std::string problem;
    if (!at::hasCUDA()) {
        const fs::path library = libTorchFolder() / "libtorch_cuda.so";
        std::error_code ignored;
        if (!fs::exists(library, ignored)) problem = library.string() + " is not there";
        else if (dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) problem = dlerror();
    }
    if (!at::hasCUDA())
        throw Error(ErrorCode::Unsupported, "/device", "\"" + device + "\" cannot be used: " + (problem.empty() ? "no CUDA device answers" : problem),
                    "set up with packaging/setup.sh --cuda, or use \"cpu\"");
}

}  // namespace

fs::path libTorchFolder() {
    Dl_info info{};
    const auto* address = reinterpret_cast<const void*>(&at::globalContext);
    if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return {};
    std::error_code ignored;
    const fs::path real = fs::canonical(info.dli_fname, ignored);
    return (ignored ? fs::path(info.dli_fname) : real).parent_path();
}

event::ModelOpened OpenedModel::asEvent() const {
    return {checkpoint.folder().string(), tokenizer->describe(), model->config(), model->parameterCount(), checkpoint.weightBytes(), weightsHash};
}

OpenedModel openModel(const fs::path& folder, const std::string& device, const fs::path& adapter) {
    requireDevice(device);
    OpenedModel result{Checkpoint::open(folder), nullptr, nullptr, {}};
    result.tokenizer = Tokenizer::open(result.checkpoint.folder());
    result.model = loadModel(result.checkpoint, device);
    if (result.tokenizer->vocabularySize() > result.model->config().vocabulary)
        throw Error(ErrorCode::BadInput, folder.string(),
                    "the tokenizer knows " + std::to_string(result.tokenizer->vocabularySize()) + " tokens, the model only " +
                        std::to_string(result.model->config().vocabulary),
                    "model and tokenizer do not belong together");
    if (!adapter.empty()) result.model = withAdapter(*result.model, adapter);
    result.weightsHash = result.checkpoint.weightsHash();
    return result;
}

}  // namespace lorashear
