#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

/// The trained models that tests run on: the bundled one always, those beside the checkout when they are there.
namespace lorashear::testing {

struct RealModel {
    std::string name;
    std::filesystem::path folder;
};

inline std::vector<RealModel> realModels() {
    std::vector<RealModel> models;
    models.push_back({"bundled", std::filesystem::path(LORASHEAR_SOURCE_DIR) / "resources/models/stories260K"});
    for (const char* name : {"stories260K", "aidreams260K", "babyllama105"}) {
        const auto folder = std::filesystem::path(LORASHEAR_SHARED_DIR) / "models" / name;
        if (std::filesystem::exists(folder)) models.push_back({name, folder});
    }
    return models;
}

inline std::filesystem::path validationText() {
    return std::filesystem::path(LORASHEAR_SOURCE_DIR) / "resources/data/valid.txt";
}

inline std::string fileText(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace lorashear::testing
