#pragma once

#include "core/export/export.h"
#include "core/run/stages/reporter.h"

#include <string>
#include <utility>

namespace lorashear {

/// Says as an event how an export did, also when it failed.
inline CertificateSink certificateEvent(Reporter& report, std::string path, std::string against) {
    return [&report, path = std::move(path), against = std::move(against)](const LogitComparison& seen) {
        report.emit(event::Certificate{path, against, seen.maxDifference, seen.kl, seen.greedyAgreement, seen.within(),
                                       seen.problem});
    };
}

}  // namespace lorashear
