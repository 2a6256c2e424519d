#pragma once

#include "core/base/error.h"

#include <QApplication>

namespace lorashear::ui {

/// The application with a last net: what an event's handling throws is told by caught() instead of ending the program. No handler is
/// meant to throw; this keeps a person's work when one does.
class GuardedApplication : public QApplication {
    Q_OBJECT
public:
    GuardedApplication(int& argc, char** argv) : QApplication(argc, argv) {}
    bool notify(QObject* receiver, QEvent* event) override;

Q_SIGNALS:
    void caught(const lorashear::Error& error);
};

}  // namespace lorashear::ui
