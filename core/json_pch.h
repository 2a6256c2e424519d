#pragma once
// The precompiled header of units without LibTorch that read or write JSON. Units still include what they use.
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>
