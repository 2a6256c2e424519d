#include "core/export/sliced_copy.h"

#include "core/base/error.h"
#include "core/edits/apply.h"
#include "core/export/edited_tokenizer.h"
#include "core/export/rounding.h"
#include "core/io/checkpoint.h"
#include "core/io/mapped_file.h"
#include "core/loadability/rules.h"
#include "core/model/checkpoint_config.h"
#include "core/model/family.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstring>

namespace lorashear {

namespace {

at::ScalarType typeOf(DType dtype) {
    return dtype == DType::F32 ? at::kFloat : dtype == DType::F16 ? at::kHalf : at::kBFloat16;
}

/// A view of the file; a copy only where the file puts numbers at odd addresses.
at::Tensor viewOf(const TensorData& stored) {
    const TensorData data = stored.inMemory();
    const auto options = at::TensorOptions().dtype(typeOf(data.dtype));
    if (data.count() > 0 && reinterpret_cast<std::uintptr_t>(data.data) % dtypeBytes(data.dtype) == 0)
        return at::from_blob(
            const_cast<std::byte*>(data.data), data.shape, [owner = data.owner](void*) {}, options);
    auto copy = at::empty(data.shape, options);
    std::memcpy(copy.data_ptr(), data.data, data.bytes());
    return copy;
}

/// Makes tensors of a blueprint from the checkpoint's.
class Maker {
public:
    Maker(const Checkpoint& checkpoint, const ModelConfig& config, const Blueprint& blueprint)
        : m_folder(checkpoint.folder().string()),
          m_stored(modelTensors(familyOf(config.family, m_folder), config, checkpoint)),
          m_blueprint(blueprint) {}

    const TensorData& source(const std::string& name) const {
        const auto found = m_stored.find(name);
        if (found == m_stored.end()) throw Error(ErrorCode::BadInput, m_folder, "tensor " + name + " is missing");
        return found->second;
    }

    /// Fresh memory; the file's pages are given back.
    TensorData make(const std::string& name, at::ScalarType type) const {
        at::NoGradGuard guard;
        const TensorMaking& making = m_blueprint.tensors.at(name);
        const auto& data = source(making.source);
        auto dense = std::make_shared<at::Tensor>(converted(made(making, viewOf(data)), type, name));
        if (dense->const_data_ptr() == data.data) *dense = dense->clone();
        forgetPages(data.data, data.bytes());
        return {name, dtypeOf(type), dense->sizes().vec(), static_cast<const std::byte*>(dense->const_data_ptr()), dense};
    }

private:
    std::string m_folder;
    std::map<std::string, TensorData> m_stored;  ///< by our names
    const Blueprint& m_blueprint;
};

/// A second making, so that what is compared went through the disk on both sides.
void verifyCopy(const std::filesystem::path& folder, const Maker& maker, const std::vector<LazyTensor>& tensors,
                const Control& control) {
    const auto written = Checkpoint::open(folder);
    ProgressMeter meter(control, "verify", static_cast<double>(tensors.size()));
    double done = 0;
    for (const auto& tensor : tensors) {
        control.poll();
        const auto found = written.tensors().find(tensor.name);
        const auto expected = maker.make(tensor.name, typeOf(tensor.dtype));
        if (found == written.tensors().end() || found->second.shape != expected.shape ||
            found->second.dtype != expected.dtype || std::memcmp(found->second.data, expected.data, expected.bytes()) != 0)
            throw Error(ErrorCode::Verification, folder.string(),
                        "tensor " + tensor.name + " read back from the disk is not what was made");
        forgetPages(found->second.data, found->second.bytes());
        meter.update(++done, tensor.name);
    }
}

}  // namespace

GroupSaliency streamedMagnitude(const Checkpoint& checkpoint, const Structure& structure, const Control& control) {
    at::NoGradGuard guard;
    GroupSaliency saliency;
    saliency.proxy = "magnitude";
    saliency.scores.resize(structure.nodeGroups.size());
    const auto config = configOf(checkpoint);
    const auto tensors = modelTensors(familyOf(config.family, checkpoint.folder().string()), config, checkpoint);
    ProgressMeter meter(control, "rank", static_cast<double>(structure.nodeGroups.size()));
    for (const auto& group : structure.nodeGroups) {
        control.poll();
        auto& scores = saliency.scores[static_cast<std::size_t>(group.id)];
        scores.assign(static_cast<std::size_t>(group.count), 0);
        for (const auto& slice : group.primary) {
            const auto found = tensors.find(slice.tensor);
            if (!group.prunable || found == tensors.end() || found->second.shape.size() != 2) continue;
            const auto view = viewOf(found->second);
            for (std::int64_t j = 0; j < group.count; ++j)
                scores[static_cast<std::size_t>(j)] += view.narrow(slice.dim, slice.begin(j), slice.length)
                                                           .to(at::kFloat)
                                                           .square()
                                                           .sum(at::kDouble)
                                                           .item<double>();
            forgetPages(found->second.data, found->second.bytes());
        }
        for (auto& score : scores) score = std::sqrt(score);
        meter.update(static_cast<double>(group.id + 1), group.name);
    }
    return saliency;
}

ModelConfig writeEditedCopy(const Checkpoint& checkpoint, const Blueprint& blueprint,
                            const std::filesystem::path& destination, const ExportOptions& options,
                            const nlohmann::json& record, const Control& control) {
    const auto before = configOf(checkpoint);
    auto config = blueprint.config;
    config.dtype = options.dtype == "source" ? before.dtype : options.dtype;
    const EditedTokenizer tokenizer(options.source, before.vocabulary, blueprint);
    auto travelling = options;
    travelling.source = tokenizer.path();
    const Maker maker(checkpoint, before, blueprint);
    std::vector<LazyTensor> tensors;
    ProgressMeter meter(control, "export", static_cast<double>(blueprint.tensors.size()));
    double done = 0;
    for (const auto& [name, making] : blueprint.tensors) {
        const auto& data = maker.source(making.source);
        const auto type = options.dtype == "source" ? typeOf(data.dtype) : scalarTypeOf(options.dtype);
        LazyTensor lazy{name, dtypeOf(type), making.shape, {}};
        lazy.load = [&maker, &control, &meter, &done, name = name, type] {
            control.poll();
            meter.update(++done, name);
            return maker.make(name, type);
        };
        tensors.push_back(std::move(lazy));
    }
    travelling.modellingFile |=
        LoadabilityRules::builtin().verdict(shapeOf(config), "transformers5").loads == Loads::WithCustomCode;
    writeHuggingFace(config, tensors, destination, travelling, record);
    verifyCopy(destination, maker, tensors, control);
    return config;
}

}  // namespace lorashear
