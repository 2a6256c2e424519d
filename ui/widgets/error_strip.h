#pragma once

#include "core/base/error.h"

#include <QFrame>

class QLabel;

namespace lorashear::ui {

/// An error where the person works: what happened, where, what to do. Hidden while there is none.
class ErrorStrip : public QFrame {
    Q_OBJECT
public:
    explicit ErrorStrip(QWidget* parent = nullptr);
    void showError(const Error& error);
    void showMessage(const QString& what, const QString& where, const QString& hint);
    void clear();
    QString text() const;

private:
    QLabel* m_what;
    QLabel* m_where;
    QLabel* m_hint;
};

}  // namespace lorashear::ui
