#pragma once

#include "core/export/formats.h"

#include "core/trace/structure.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace lorashear::ui {

class Session;

/// What is known of one export format for the result of the run shown.
struct FormatFacts {
    ExportFormat format;
    bool known = false;  ///< there is a result to write
    QString obstacle;    ///< why the result cannot be written so; "": nothing is known against it
    double bytes = -1;   ///< about, of the weights; below 0: cannot be said
    QString dtype;       ///< the stored type that bytes are for
    QStringList opens;   ///< programs that open it as it is
    QStringList partly;  ///< programs that open it with the modelling file that lies beside it
    enum class Certificate { None, Passed, Failed, Refused } certificate = Certificate::None;
    QString certificateTip;  ///< where it was written, or what went wrong
    bool possible() const { return obstacle.isEmpty(); }
};

/// Of every format. dtype: stored type that sizes are for, where the format stores it, else the original's. Without a finished run: nothing but
/// the formats.
std::vector<FormatFacts> compareFormats(const Session& session, const std::string& dtype);
/// So many groups go of every node group (by id) once zeros fill each up to the largest of its kind.
std::vector<int> paddedCounts(const Structure& structure, std::vector<int> removed);
double parametersAfter(const Structure& structure, const std::vector<int>& removed);
QString certificateWord(FormatFacts::Certificate certificate);

}  // namespace lorashear::ui
