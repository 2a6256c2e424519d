#include "core/export/hf_folder.h"

#include "core/base/error.h"
#include "core/export/rounding.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/pending_folder.h"
#include "core/io/safetensors.h"
#include "core/model/family.h"

#include <nlohmann/json.hpp>
#include <torch/torch.h>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

std::string configText(const CausalLM& model, const std::string& dtype) {
    const auto& config = model.config();
    auto json = nlohmann::ordered_json::parse(config.source, nullptr, false);
    if (!json.is_object()) json = nlohmann::ordered_json::object();
    nlohmann::json sizes;
    familyOf(config.family, "model").describe(config, sizes);
    for (const auto& [key, value] : sizes.items()) json[key] = value;
    json["model_type"] = config.family;
    json[json.contains("dtype") ? "dtype" : "torch_dtype"] = dtype == "BF16" ? "bfloat16" : dtype == "F16" ? "float16" : "float32";
    return json.dump(2) + "\n";
}

std::vector<TensorData> tensorData(const NamedTensors& tensors) {
    std::vector<TensorData> all;
    for (const auto& [name, tensor] : tensors) {
        auto dense = std::make_shared<at::Tensor>(tensor.cpu().contiguous());
        TensorData data{name, dtypeOf(dense->scalar_type()), dense->sizes().vec(),
                        static_cast<const std::byte*>(dense->const_data_ptr()), dense};
        all.push_back(std::move(data));
    }
    return all;
}

}  // namespace

void exportHuggingFace(const CausalLM& model, const fs::path& destination, const ExportOptions& options,
                       const nlohmann::json& pruningRecord) {
    torch::NoGradGuard guard;
    const auto dtype = options.dtype == "source" ? model.config().dtype : options.dtype;
    const auto tensors = roundedTensors(model, dtype);
    PendingFolder folder(destination);
    writeFile(folder.path() / "config.json", configText(model, dtype));
    writeSafetensors(folder.path() / "model.safetensors", tensorData(tensors));
    for (const auto& file : Checkpoint::open(options.source).companionFiles()) copyFile(file, folder.path() / file.filename());
    writeFile(folder.path() / "pruning.json", pruningRecord.dump(2) + "\n");
    folder.commit();
}

}  // namespace lorashear
