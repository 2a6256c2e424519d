#include "core/adapters/adapter_folder.h"

#include "core/adapters/base_mark.h"
#include "core/adapters/peft_config.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/compact/group_masks.h"
#include "core/io/atomic_file.h"
#include "core/io/pending_folder.h"
#include "core/io/safetensors.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

using nlohmann::json;

constexpr const char* kConfigFile = "adapter_config.json";
constexpr const char* kWeightsFile = "adapter_model.safetensors";
constexpr const char* kPrefix = "base_model.model.";
constexpr const char* kA = ".lora_A.weight";
constexpr const char* kB = ".lora_B.weight";
constexpr const char* kMark = "lorashear.base";  ///< key of the file's metadata

at::Tensor floats(const TensorData& data) {
    const auto type = data.dtype == DType::F32 ? at::kFloat : data.dtype == DType::F16 ? at::kHalf : at::kBFloat16;
    auto tensor = at::empty(data.shape, at::TensorOptions().dtype(type));
    std::memcpy(tensor.data_ptr(), data.data, data.bytes());
    tensor = tensor.to(at::kFloat);
    if (!std::isfinite(tensor.abs().sum(at::kDouble).item<double>()))
        throw Error(ErrorCode::Numeric, data.name, "holds NaN or infinity",
                    "The adapter's training diverged; use another one.");
    return tensor;
}

std::shared_ptr<SafetensorsFile> openWeights(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::exists(folder / kWeightsFile, ignored)) {
        if (fs::exists(folder / "adapter_model.bin", ignored))
            throw Error(ErrorCode::Unsupported, (folder / "adapter_model.bin").string(),
                        "is a Python pickle, which is never read here",
                        "Save it again with PEFT, which writes adapter_model.safetensors.");
        throw Error(ErrorCode::BadInput, (folder / kWeightsFile).string(), "does not exist",
                    "Give the folder of a PEFT adapter.");
    }
    return SafetensorsFile::open(folder / kWeightsFile);
}

/// The linear's name in the model: some checkpoints leave out the outermost module ("transformer.").
std::string linearName(const CausalLM& model, const std::string& module) {
    if (model.linear(module)) return module;
    if (const auto dot = module.find('.'); dot != std::string::npos && model.linear(module.substr(dot + 1)))
        return module.substr(dot + 1);
    for (const char* outer : {"transformer.", "model."})
        if (model.linear(outer + module)) return outer + module;
    return {};
}

struct Found {
    std::string module;  ///< as the file calls it
    at::Tensor a, b;
};

std::map<std::string, Found> readParts(const SafetensorsFile& file, const fs::path& folder, const CausalLM& model) {
    const auto subject = (folder / kWeightsFile).string();
    std::map<std::string, Found> parts;
    for (const auto& [name, type] : file.otherTensors())
        throw Error(ErrorCode::Unsupported, subject, "tensor " + name + " is of type " + type,
                    "F32, BF16 and F16 can be read.");
    for (const auto& data : file.tensors()) {
        const bool isA = data.name.ends_with(kA), isB = data.name.ends_with(kB);
        if (!data.name.starts_with(kPrefix) || (!isA && !isB)) {
            const bool embedding = data.name.find("lora_embedding") != std::string::npos,
                       dora = data.name.find("lora_magnitude_vector") != std::string::npos;
            throw Error(ErrorCode::Unsupported, subject,
                        "tensor " + data.name +
                            (embedding ? " adapts an embedding"
                             : dora    ? " belongs to a DoRA adapter"
                                       : " is not part of a plain LoRA adapter"),
                        "Adapters on linears of the blocks can be read.");
        }
        const auto module =
            data.name.substr(std::strlen(kPrefix), data.name.size() - std::strlen(kPrefix) - std::strlen(isA ? kA : kB));
        const auto name = linearName(model, module);
        if (name.empty())
            throw Error(module.ends_with(model.head().name) ? ErrorCode::Unsupported : ErrorCode::BadInput, subject,
                        "tensor " + data.name +
                            (module.ends_with(model.head().name) ? " adapts the vocabulary head"
                                                                 : " belongs to no linear of this model's blocks"),
                        "The adapter was trained on another base, or on modules that cannot be adapted here.");
        auto& part = parts[name];
        part.module = module;
        (isA ? part.a : part.b) = floats(data);
    }
    return parts;
}

void requireWhole(const PeftConfig& config, const std::map<std::string, Found>& parts, const CausalLM& model,
                  const std::string& subject) {
    for (const auto& [name, part] : parts) {
        if (!part.a.defined() || !part.b.defined())
            throw Error(ErrorCode::BadInput, subject, "module " + part.module + " has only one of lora_A and lora_B");
        if (!config.targeted(part.module) && !config.targeted(name))
            throw Error(ErrorCode::BadInput, subject,
                        "holds tensors for " + part.module + ", which adapter_config.json does not target");
    }
    for (const auto* linear : model.linears())
        if (config.targeted(linear->name) && !parts.count(linear->name))
            throw Error(ErrorCode::BadInput, subject,
                        "has no tensors for " + linear->name + ", which adapter_config.json targets",
                        "The file is not whole, or the adapter belongs to another model.");
    if (parts.empty()) throw Error(ErrorCode::BadInput, subject, "holds no adapter");
}

std::string matrixShape(const at::Tensor& tensor) {
    return "[" + std::to_string(tensor.size(0)) + ", " + std::to_string(tensor.dim() > 1 ? tensor.size(1) : 0) + "]";
}

json patternsOf(const std::map<std::string, double>& values, double common) {
    json result = json::object();
    for (const auto& [name, value] : values)
        if (value != common) {
            std::string key;
            for (const char c : name) key.append(c == '.' ? "\\." : std::string(1, c));
            result[key] = value == std::floor(value) ? json(static_cast<std::int64_t>(value)) : json(value);
        }
    return result;
}

}  // namespace

Adapter readAdapter(const fs::path& folder, const CausalLM& model) {
    const auto config = parsePeftConfig(readFile(folder / kConfigFile), (folder / kConfigFile).string());
    const auto subject = (folder / kWeightsFile).string();
    const auto file = openWeights(folder);
    const auto parts = readParts(*file, folder, model);
    requireWhole(config, parts, model, subject);
    Adapter adapter;
    for (const auto& [name, found] : parts) {
        const auto& part = found;
        const auto& linear = *model.linear(name);
        const std::int64_t rank = config.rankOf(part.module);
        const auto require = [&](const at::Tensor& tensor, const char* ending, std::int64_t rows, std::int64_t columns) {
            if (tensor.dim() == 2 && tensor.size(0) == rows && tensor.size(1) == columns) return;
            throw Error(ErrorCode::BadInput, subject,
                        "tensor " + (kPrefix + part.module + ending) + " has shape " + matrixShape(tensor) +
                            " but this model and rank " + std::to_string(rank) + " need [" + std::to_string(rows) + ", " +
                            std::to_string(columns) + "]",
                        "The adapter was trained on another base" +
                            (config.base.empty() ? std::string() : " (" + config.base + ")") +
                            ": take that base, or slice the adapter with the pruning.json of this one.");
        };
        require(part.a, kA, rank, linear.in());
        require(part.b, kB, linear.out(), rank);
        adapter[name] = {part.a, part.b, config.scaleOf(part.module)};
    }
    if (const auto mark = file->metadata().find(kMark); mark != file->metadata().end())
        requireMarked(parseMark(mark->second, subject), model, subject);
    return adapter;
}

std::string adapterHash(const fs::path& folder) {
    return sha256("adapter 1\n" + sha256OfFile(folder / kConfigFile) + "\n" + sha256OfFile(folder / kWeightsFile));
}

std::unique_ptr<CausalLM> withAdapter(const CausalLM& model, const fs::path& folder) {
    const auto adapter = readAdapter(folder, model);
    const auto copy = cloneModel(model);
    attachAdapter(*copy, adapter);
    return mergeAdapters(*copy, true);
}

void writeAdapter(const Adapter& adapter, const fs::path& folder, const AdapterNotes& notes, const CausalLM& base) {
    if (adapter.empty()) throw Error(ErrorCode::BadInput, "adapter", "there is none to write");
    PendingFolder pending(folder);
    std::vector<TensorData> tensors;
    std::map<std::string, double> ranks, alphas;
    json targets = json::array();
    for (const auto& [name, part] : adapter) {
        for (const auto& [tensor, ending] : {std::pair{part.a, kA}, {part.b, kB}}) {
            const auto dense = std::make_shared<at::Tensor>(tensor.detach().to(at::kCPU, at::kFloat).contiguous());
            tensors.push_back({kPrefix + name + ending, DType::F32, dense->sizes().vec(),
                               static_cast<const std::byte*>(dense->const_data_ptr()), dense});
        }
        ranks[name] = static_cast<double>(part.a.size(0));
        alphas[name] = part.scale * ranks[name];
        targets.push_back(name);
    }
    const double rank = ranks.begin()->second, alpha = alphas.begin()->second;
    const json config = {{"peft_type", "LORA"},
                         {"task_type", "CAUSAL_LM"},
                         {"base_model_name_or_path", notes.base},
                         {"revision", nullptr},
                         {"r", static_cast<std::int64_t>(rank)},
                         {"lora_alpha", alpha},
                         {"lora_dropout", 0.0},
                         {"bias", "none"},
                         {"fan_in_fan_out", false},
                         {"use_rslora", false},
                         {"use_dora", false},
                         {"init_lora_weights", true},
                         {"rank_pattern", patternsOf(ranks, rank)},
                         {"alpha_pattern", patternsOf(alphas, alpha)},
                         {"modules_to_save", nullptr},
                         {"layers_to_transform", nullptr},
                         {"layers_pattern", nullptr},
                         {"target_modules", targets},
                         {"inference_mode", true}};
    writeSafetensors(pending.path() / kWeightsFile, tensors,
                     {{"format", "pt"}, {kMark, markText(markOf(base, notes.base))}});
    writeFile(pending.path() / kConfigFile, config.dump(2) + "\n");
    writeFile(pending.path() / "README.md", "---\nlibrary_name: peft\nbase_model: " + json(notes.base).dump() +
                                                "\n---\n\n# LoRA adapter\n\n" + notes.what + "\n");
    pending.commit();
}

}  // namespace lorashear
