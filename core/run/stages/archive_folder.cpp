#include "core/run/stages/archive_folder.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/safetensors.h"
#include "core/io/strict_json.h"

#include <ATen/ATen.h>

#include <array>
#include <cstring>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

constexpr const char* kTensors = "tensors.safetensors";
constexpr const char* kValues = "values.json";

constexpr std::array<std::pair<at::ScalarType, DType>, 3> kTypes{
    {{at::kFloat, DType::F32}, {at::kHalf, DType::F16}, {at::kBFloat16, DType::BF16}}};

TensorData asData(const std::string& name, const at::Tensor& tensor) {
    for (const auto& [scalar, dtype] : kTypes) {
        if (tensor.scalar_type() != scalar) continue;
        auto owner = std::make_shared<at::Tensor>(tensor.detach().to(at::kCPU).contiguous());
        const auto* bytes = static_cast<const std::byte*>(owner->const_data_ptr());
        return {name, dtype, owner->sizes().vec(), bytes, owner};
    }
    throw Error(ErrorCode::Internal, name,
                std::string("a checkpoint cannot hold tensors of type ") + c10::toString(tensor.scalar_type()));
}

at::Tensor asTensor(const TensorData& data) {
    for (const auto& [scalar, dtype] : kTypes) {
        if (data.dtype != dtype) continue;
        at::Tensor result = at::empty(data.shape, at::TensorOptions().dtype(scalar));
        std::memcpy(result.mutable_data_ptr(), data.data, data.bytes());
        return result;
    }
    throw Error(ErrorCode::Internal, data.name, "has a type that checkpoints do not hold");
}

}  // namespace

void saveArchive(const fs::path& folder, const Archive& archive) {
    fs::path beside = folder;
    beside.replace_filename("writing-" + folder.filename().string());
    std::error_code error;
    fs::remove_all(beside, error);
    fs::create_directories(beside, error);
    if (error)
        throw Error(ErrorCode::Io, beside.string(), "cannot be made: " + error.message(),
                    "check the disk and the permissions");
    std::vector<TensorData> tensors;
    for (const auto& [name, tensor] : archive.tensors) tensors.push_back(asData(name, tensor));
    writeSafetensors(beside / kTensors, tensors);
    writeFile(beside / kValues, archive.values.dump());
    fs::remove_all(folder, error);
    putInPlace(beside, folder);
}

Archive loadArchive(const fs::path& folder) {
    Archive result;
    const auto file = SafetensorsFile::open(folder / kTensors);
    for (const TensorData& data : file->tensors()) result.tensors[data.name] = asTensor(data);
    result.values = parseStrictJson(readFile(folder / kValues), (folder / kValues).string(), JsonFrom::Program);
    return result;
}

}  // namespace lorashear
