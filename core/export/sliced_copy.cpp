#include "core/export/sliced_copy.h"

#include "core/base/error.h"
#include "core/compact/removed_indices.h"
#include "core/export/rounding.h"
#include "core/io/checkpoint.h"
#include "core/io/mapped_file.h"
#include "core/loadability/rules.h"
#include "core/model/checkpoint_config.h"
#include "core/model/family.h"

#include <ATen/ATen.h>
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

class Cut {
public:
    Cut(const Checkpoint& checkpoint, const ModelConfig& config, const Structure& structure,
        const std::vector<GroupRef>& removed)
        : m_subject(checkpoint.folder().string()),
          m_tensors(modelTensors(familyOf(config.family, m_subject), config, checkpoint)) {
        m_kept = keptIndices(structure, removed, [&](const std::string& name, int dim) {
            return data(name).shape.at(static_cast<std::size_t>(dim));
        });
    }

    const TensorData& data(const std::string& name) const {
        const auto found = m_tensors.find(name);
        if (found == m_tensors.end()) throw Error(ErrorCode::BadInput, m_subject, "tensor " + name + " is missing");
        return found->second;
    }

    std::vector<std::int64_t> shape(const std::string& name) const {
        auto shape = data(name).shape;
        for (std::size_t dim = 0; dim < shape.size(); ++dim)
            if (const auto found = m_kept.find({name, static_cast<int>(dim)}); found != m_kept.end())
                shape[dim] = static_cast<std::int64_t>(found->second.size());
        return shape;
    }

    /// Fresh memory; the file's pages are given back.
    TensorData make(const std::string& name, at::ScalarType type) const {
        at::NoGradGuard guard;
        const auto& source = data(name);
        auto tensor = viewOf(source);
        for (int dim = 0; dim < tensor.dim(); ++dim)
            if (const auto found = m_kept.find({name, dim}); found != m_kept.end())
                tensor = at::index_select(tensor, dim, at::tensor(found->second, at::kLong));
        auto dense = std::make_shared<at::Tensor>(converted(tensor, type, name));
        if (dense->const_data_ptr() == source.data) *dense = dense->clone();
        forgetPages(source.data, source.bytes());
        return {name, dtypeOf(type), dense->sizes().vec(), static_cast<const std::byte*>(dense->const_data_ptr()), dense};
    }

private:
    std::string m_subject;
    std::map<std::string, TensorData> m_tensors;  ///< by the family's names
    KeptIndices m_kept;
};

/// A second cut, so that what is compared went through the disk on both sides.
void verifyCopy(const std::filesystem::path& folder, const Cut& cut, const std::vector<LazyTensor>& tensors,
                const Control& control) {
    const auto written = Checkpoint::open(folder);
    ProgressMeter meter(control, "verify", static_cast<double>(tensors.size()));
    double done = 0;
    for (const auto& tensor : tensors) {
        control.poll();
        const auto found = written.tensors().find(tensor.name);
        const auto expected = cut.make(tensor.name, typeOf(tensor.dtype));
        if (found == written.tensors().end() || found->second.shape != expected.shape ||
            found->second.dtype != expected.dtype || std::memcmp(found->second.data, expected.data, expected.bytes()) != 0)
            throw Error(ErrorCode::Verification, folder.string(),
                        "tensor " + tensor.name + " read back from the disk is not what was cut");
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

ModelConfig writeSlicedCopy(const Checkpoint& checkpoint, const Structure& structure, const std::vector<GroupRef>& removed,
                            const std::filesystem::path& destination, const ExportOptions& options,
                            const nlohmann::json& record, const Control& control) {
    for (const auto& ref : removed)
        if (const auto& group = structure.nodeGroups.at(static_cast<std::size_t>(ref.nodeGroup));
            group.unit == UnitKind::Hidden)
            throw Error(ErrorCode::Unsupported, group.name,
                        "hidden channels need their norms repaired and are not cut from file to file");
    removedPerNodeGroup(structure, removed);
    auto config = configOf(checkpoint);
    const Cut cut(checkpoint, config, structure, removed);
    std::vector<LazyTensor> tensors;
    NamedTensors shapes;
    ProgressMeter meter(control, "export", static_cast<double>(checkpoint.tensors().size()));
    double done = 0;
    for (const auto& [name, shape] : familyOf(config.family, checkpoint.folder().string()).shapes(config)) {
        const auto& data = cut.data(name);
        if (data.shape != shape)
            throw Error(ErrorCode::BadInput, checkpoint.folder().string(),
                        "tensor " + name + " does not have the shape that config.json asks for");
        const auto type = options.dtype == "source" ? typeOf(data.dtype) : scalarTypeOf(options.dtype);
        config.dtype = dtypeName(dtypeOf(type));
        LazyTensor lazy{name, dtypeOf(type), cut.shape(name), {}};
        shapes[name] = at::empty(lazy.shape, at::TensorOptions().dtype(at::kFloat).device(at::kMeta));
        lazy.load = [&cut, &control, &meter, &done, name = name, type] {
            control.poll();
            meter.update(++done, name);
            return cut.make(name, type);
        };
        tensors.push_back(std::move(lazy));
    }
    auto sliced = buildModel(config, shapes)->config();
    auto writing = options;
    writing.modellingFile |=
        LoadabilityRules::builtin().verdict(shapeOf(sliced), "transformers5").loads == Loads::WithCustomCode;
    writeHuggingFace(sliced, tensors, destination, writing, record);
    verifyCopy(destination, cut, tensors, control);
    return sliced;
}

}  // namespace lorashear
