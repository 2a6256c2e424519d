#pragma once

#include "core/base/error.h"

#include <QFrame>

#include <functional>
#include <utility>

class QLabel;
class QPushButton;

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
    /// Finds the place in the manual that explains a text, "" where none does: then a button leads there.
    void setLookUp(std::function<QString(const QString&)> lookUp) { m_lookUp = std::move(lookUp); }

Q_SIGNALS:
    void manualWanted(const QString& place);

private:
    QLabel* m_what;
    QLabel* m_where;
    QLabel* m_hint;
    QPushButton* m_manual;
    std::function<QString(const QString&)> m_lookUp;
    QString m_place;
};

}  // namespace lorashear::ui
