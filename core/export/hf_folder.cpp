#include "core/export/hf_folder.h"

#include "core/base/error.h"
#include "core/export/rounding.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/safetensors.h"
#include "core/model/family.h"

#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include <unistd.h>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

/// A folder that is renamed into place when all of it is written, and removed otherwise.
class PendingFolder {
public:
    explicit PendingFolder(fs::path destination)
        : m_destination(std::move(destination)), m_path(m_destination.string() + ".partial-" + std::to_string(getpid())) {
        std::error_code problem;
        if (fs::exists(m_destination) && !fs::is_empty(m_destination, problem))
            throw Error(ErrorCode::Io, m_destination.string(), "exists already and is not an empty folder",
                        "Choose another destination; nothing is ever overwritten.");
        fs::create_directories(m_path, problem);
        if (problem) throw Error(ErrorCode::Io, m_path.string(), "cannot be created: " + problem.message());
    }
    ~PendingFolder() {
        std::error_code ignored;
        if (!m_path.empty()) fs::remove_all(m_path, ignored);
    }
    PendingFolder(const PendingFolder&) = delete;
    PendingFolder& operator=(const PendingFolder&) = delete;

    const fs::path& path() const { return m_path; }
    void commit() {
        std::error_code problem;
        fs::remove(m_destination, problem);  // an empty folder, see the constructor
        fs::rename(m_path, m_destination, problem);
        if (problem) throw Error(ErrorCode::Io, m_destination.string(), "cannot be created: " + problem.message());
        m_path.clear();
    }

private:
    fs::path m_destination, m_path;
};

void copyFile(const fs::path& from, const fs::path& to) {
    std::error_code problem;
    fs::copy_file(from, to, problem);
    if (problem) throw Error(ErrorCode::Io, to.string(), "cannot be written: " + problem.message());
}

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
