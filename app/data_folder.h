#pragma once

#include <filesystem>

namespace lorashear::app {

/// Where the bundled model, texts, recipes and help pages lie: LORASHEAR_DATA, the installation's share/lorashear, or resources/ of
/// the source tree above a build folder. Error(Io) names what was looked for.
std::filesystem::path dataFolder();

}  // namespace lorashear::app
