#include "core/export/formats.h"

#include "core/base/error.h"

#include <algorithm>

namespace lorashear {

namespace {

const std::vector<std::string> kFloats = {"source", "F32", "BF16", "F16"};

std::string listOf(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

}  // namespace

const std::vector<ExportFormat>& exportFormats() {
    static const std::vector<ExportFormat> kTable = {
        {"huggingface", "Hugging Face folder", "config.json, model.safetensors and the tokenizer's files byte for byte, with pruning.json.", "", kFloats},
    };
    return kTable;
}

std::vector<std::string> exportFormatIds() {
    std::vector<std::string> ids;
    for (const auto& format : exportFormats()) ids.push_back(format.id);
    return ids;
}

std::vector<std::string> exportDtypes() {
    std::vector<std::string> all;
    for (const auto& format : exportFormats())
        for (const auto& dtype : format.dtypes)
            if (std::find(all.begin(), all.end(), dtype) == all.end()) all.push_back(dtype);
    return all;
}

const ExportFormat& exportFormat(const std::string& id) {
    for (const auto& format : exportFormats())
        if (format.id == id) return format;
    throw Error(ErrorCode::Usage, id, "is not an export format", "known: " + listOf(exportFormatIds()));
}

void requireDtype(const ExportFormat& format, const std::string& dtype) {
    if (std::find(format.dtypes.begin(), format.dtypes.end(), dtype) == format.dtypes.end())
        throw Error(ErrorCode::Usage, dtype, "is not a type that " + format.id + " stores", "known: " + listOf(format.dtypes));
}

}  // namespace lorashear
