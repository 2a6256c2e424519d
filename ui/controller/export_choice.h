#pragma once

#include "core/loadability/model_shape.h"

#include <QString>

#include <string>

namespace lorashear::ui {

class Session;

/// The shapes of the result of the run shown: what its events say is gone is gone.
ModelShape resultShape(const Session& session);

/// Why a model of these shapes cannot be written in a format, in a sentence for people at a window; "" when nothing is known against it.
/// before: the model that it was cut from.
QString exportObstacle(const std::string& format, const ModelShape& result, const ModelShape& before);

}  // namespace lorashear::ui
